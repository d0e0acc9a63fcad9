"""A mailbox that speaks as much IMAP as the office asks: messages, some that it does not give, and what was read."""

from __future__ import annotations

import re
import socketserver
from threading import Thread
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType


class MailServer(socketserver.ThreadingTCPServer):
    """A mailbox on this machine, open while it is entered.

    Attributes:
        messages: the bytes of each message, by its number; None for one that the server does not give.
        seen: the numbers marked as read.
        leaves_at: the number at whose turn the server hangs up.
    """

    daemon_threads = True

    def __init__(self, *messages: bytes | None, leaves_at: int = 0) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.messages = dict(enumerate(messages, 1))
        self.seen: list[int] = []
        self.leaves_at = leaves_at

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def __enter__(self) -> Self:
        Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self.shutdown()
        self.server_close()


class _Talk(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self._say(b"* OK ready")
        for line in self.rfile:
            tag, _, asked = line.strip().partition(b" ")
            words = asked.split()
            if not self._answered(tag, words[0].upper(), words[1:]):
                return

    def _answered(self, tag: bytes, command: bytes, words: list[bytes]) -> bool:
        if command == b"CAPABILITY":
            self._say(b"* CAPABILITY IMAP4rev1")
        elif command == b"SEARCH":
            unseen = [str(number) for number in self.server.messages if number not in self.server.seen]
            self._say(f"* SEARCH {' '.join(unseen)}".encode())
        elif command == b"SELECT":
            self._say(f"* {len(self.server.messages)} EXISTS".encode())
        elif command == b"STORE":
            self.server.seen.append(int(words[0]))
        elif command == b"FETCH":
            if int(words[0]) == self.server.leaves_at:
                return False
            self._give(int(words[0]))
        self._say(tag + b" OK done")
        return command != b"LOGOUT"

    def _give(self, number: int) -> None:
        content = self.server.messages[number]
        if content is not None:
            self._say(f"* {number} FETCH (BODY[] {{{len(content)}}}".encode())
            self.wfile.write(content)
            self._say(b")")

    def _say(self, line: bytes) -> None:
        self.wfile.write(re.sub(rb"\r?\n$", b"", line) + b"\r\n")
