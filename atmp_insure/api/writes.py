"""What every write of the API shares: one transaction, kept or only tried, and done once under a key.

A view writes in `with writing() as session:`. The transaction opens there, for reading a file may take long, and ends
when the answer is written down: the act, the key and the answer are committed together, or none of them.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import wraps
from typing import TYPE_CHECKING, Any, cast

from flask import Response, g, request

from atmp_insure.access.kept_answers import Asked, KeptAnswer, KeyReused, find_answer, take_key
from atmp_insure.api.arguments import MULTIPART, PlacedFaults, in_body
from atmp_insure.documents import blueprint
from atmp_insure.documents.object_store import UnkeptStore
from atmp_insure.documents.vault import Vault
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.web.request_scope import actor, database, now, settings, signed_in_viewer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from atmp_insure.db.actor import ScopeGrant
    from atmp_insure.db.session import ScopedSession

REPLAYED = "Idempotency-Replayed"


@dataclass(slots=True)
class _Write:
    """The write that this request does.

    Attributes:
        asked: under which key; None without one, and for a preview, which nothing is kept of.
        kept: the row of its key, once the transaction is open.
        afterwards: what is done once all is committed.
    """

    stack: ExitStack
    is_preview: bool = False
    asked: Asked | None = None
    session: ScopedSession | None = None
    kept: KeptAnswer | None = None
    afterwards: list[Callable[[], object]] = field(default_factory=list)


class _DoneBefore(Exception):
    """The same request was done under the same key: here is its answer."""

    def __init__(self, kept: KeptAnswer) -> None:
        super().__init__()
        self.status, self.body = kept.status, kept.body  # read now: the transaction ends with this


@contextmanager
def writing() -> Iterator[ScopedSession]:
    """The session of the write that this request does, the same all along."""
    write = _write()
    if write.session is None:
        opened = database().trying if write.is_preview else database().writing
        write.session = write.stack.enter_context(opened(actor()))
        _take_key(write, write.session)
    yield write.session
    write.session.flush()


def vault() -> Vault:
    """The vault of this application; for a preview, one that keeps nothing."""
    opened = blueprint.vault()
    return Vault(UnkeptStore(opened.store), database().key_ring) if _write().is_preview else opened


def once_committed(act: Callable[[], object]) -> None:
    """Do something once the write is committed: what a kill in between leaves undone must harm nobody."""
    _write().afterwards.append(act)


def _write() -> _Write:
    return cast("_Write", g.write)


def performed(view: Callable[..., Response]) -> Callable[..., Response]:
    """Around a whole operation that writes: its transaction ends here, after its answer was written down."""

    @wraps(view)
    def perform(*arguments: Any, **keywords: Any) -> Response:
        try:
            with ExitStack() as stack:
                write = g.write = _Write(stack)
                answer = view(*arguments, **keywords)
                _keep(write, answer)
        except _DoneBefore as done:
            return Response(done.body, done.status, {REPLAYED: "true"}, content_type="application/json")
        except (PlacedFaults, KeyReused):
            raise
        except InvalidInput as error:
            raise in_body(error) from error
        if not write.is_preview:
            for act in write.afterwards:
                act()
        return answer

    return perform


def told(view: Callable[..., Any]) -> Callable[..., Any]:
    """Around a view whose arguments were read: takes those of every write, and looks whether it was done before."""

    @wraps(view)
    def tell(*arguments: Any, preview: bool, idempotency_key: str = "", **keywords: Any) -> Any:
        write = _write()
        write.is_preview = preview
        if idempotency_key and not preview:
            kept_until = now() + timedelta(hours=settings().operation.kept_answer_hours)
            write.asked = Asked(signed_in_viewer().user_id, idempotency_key, _fingerprint(), kept_until)
            with database().reading(actor()) as session:
                known = find_answer(session, write.asked, now())
            if known is not None:
                raise _DoneBefore(known)
        return view(*arguments, **keywords)

    return tell


def _take_key(write: _Write, session: ScopedSession) -> None:
    if write.asked is not None:
        write.kept, is_new = take_key(session, write.asked, now())
        if not is_new:
            raise _DoneBefore(write.kept)


def _keep(write: _Write, answer: Response) -> None:
    if write.kept is not None and write.session is not None:
        write.kept.status, write.kept.body = answer.status_code, answer.get_data(as_text=True)
        write.session.flush()


def _fingerprint() -> bytes:
    """What is asked, and with which rights: an answer is given again to nobody who might not be given it anew."""
    asked = [request.method, request.path, request.query_string.decode("latin-1"), _content()]
    return json.dumps([asked, sorted(map(_held, actor().grants))]).encode()


def _held(grant: ScopeGrant) -> str:
    return repr((sorted(grant.rights), replace(grant, rights=frozenset())))


def _content() -> list[str]:
    """The content of the body; of a multipart one, that of its parts, for each sending chooses its own boundary."""
    if request.mimetype != MULTIPART:
        return [request.mimetype, hashlib.sha256(request.get_data(cache=True)).hexdigest()]
    parts = [part for pair in request.form.items(multi=True) for part in pair]
    for name, file in request.files.items(multi=True):
        parts += [name, file.filename or "", hashlib.sha256(file.stream.read()).hexdigest()]
        file.stream.seek(0)
    return parts
