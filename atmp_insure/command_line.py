"""What every command shares: reading FILE or standard input, writing JSON, and turning errors into lines and statuses.

Exit status: 0 done; 1 done and something needs attention; 2 the input is unusable, one line a fault on standard error.
"""

from __future__ import annotations

import io
import json
import sys
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from atmp_insure.kernel.errors import AtmpInsureError, InvalidInput, MissingParameter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

NEEDS_ATTENTION = 1
UNUSABLE = 2
STANDARD_STREAM = "-"
STANDARD_INPUT = "entrée standard"  # its name in messages
_PIECE = 1 << 16


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file as the user named it, with its bytes."""

    name: str
    content: bytes


class InputFileType(click.ParamType[InputFile]):
    """FILE, or `-` for standard input; read whole."""

    name = "FILE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> InputFile:
        """Read the file named on the command line."""
        if value == STANDARD_STREAM:
            return InputFile(STANDARD_INPUT, sys.stdin.buffer.read())
        try:
            return InputFile(str(value), Path(value).read_bytes())
        except (OSError, ValueError) as error:
            raise _unreadable(str(value), error) from error


def read_in_pieces(name: str) -> Iterator[bytes]:
    """FILE, or `-` for standard input, piece by piece: for a reader that never needs it whole."""
    try:
        with nullcontext(sys.stdin.buffer) if name == STANDARD_STREAM else Path(name).open("rb") as stream:
            yield from iter(partial(stream.read, _PIECE), b"")
    except (OSError, ValueError) as error:
        raise _unreadable(name, error) from error


def _unreadable(name: str, error: Exception) -> InvalidInput:
    reason = "est un dossier" if isinstance(error, IsADirectoryError) else "ne peut pas être lu"
    return InvalidInput.one(f"ce fichier {reason}", "Vérifier le chemin et les droits", source=name)


def received(names: Iterable[str]) -> Iterator[tuple[str, bytes | Path]]:
    """Several FILE in turn, for a reader that opens each path when its turn comes and tells all that it cannot open."""
    for name in names:
        if name == STANDARD_STREAM:
            yield STANDARD_INPUT, sys.stdin.buffer.read()
        else:
            yield name, Path(name)


class LazyGroup(click.Group):
    """A group whose commands are imported when called, so that each command starts as fast as what it needs."""

    def __init__(self, *args: Any, lazy: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of all commands."""
        return sorted({*super().list_commands(ctx), *self._lazy})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported from `module:name`."""
        if cmd_name not in self._lazy:
            return super().get_command(ctx, cmd_name)
        module, _, name = self._lazy[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command


def print_json(answer: object) -> None:
    """Write one JSON document to standard output, and nothing else."""
    content = json.dumps(answer, ensure_ascii=False).encode("utf-8")  # whatever the terminal's own encoding
    sys.stdout.flush()
    sys.stdout.buffer.write(content + b"\n")
    sys.stdout.buffer.flush()


def run(command: click.Command) -> None:
    """Run a command and leave with its exit status; no input gives a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a character shows another, and no traceback
    try:
        status = command.main(standalone_mode=False)
    except InvalidInput as error:
        _leave([fault.line() for fault in error.faults])
    except MissingParameter as error:
        _leave([" ".join(str(error).split())])
    except AtmpInsureError as error:
        _leave([str(error)])
    except click.ClickException as error:
        _leave([_usage_line(error)])
    except (click.Abort, KeyboardInterrupt):
        _leave(["Interrompu."])
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output has gone: nothing left to say
        sys.exit(0)
    else:
        sys.exit(status if isinstance(status, int) else 0)


def _usage_line(error: click.ClickException) -> str:
    """A mistake on the command line, in one line that says which help to ask for."""
    ctx = getattr(error, "ctx", None)
    path = ctx.command_path if ctx is not None else "atmp"
    match error:
        case click.NoSuchOption():
            message = f"option inconnue « {error.option_name} »"
        case click.MissingParameter():
            message = f"argument manquant : {error.param.human_readable_name if error.param else ''}"
        case click.UsageError() if "No such command" in error.message:
            message = f"commande inconnue {error.message.removeprefix('No such command ').rstrip('.')}"
        case _:
            message = " ".join(error.format_message().split())
    return f"{path} : {message}. Voir « {path} --help »."


def _leave(lines: list[str]) -> None:
    for line in lines:
        click.echo(line, err=True)
    sys.exit(UNUSABLE)
