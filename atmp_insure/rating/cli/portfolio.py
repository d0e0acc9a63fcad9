"""`atmp rating portfolio`: a file of units in, the same rows with their rates out, in a stream."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click
import polars as pl

from atmp_insure.command_line import NEEDS_ATTENTION, STANDARD_STREAM
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.rating.readers.portfolio_files import read_batches
from atmp_insure.rating.readers.portfolio_rows import OUT_COLUMNS, rated_rows
from atmp_insure.regulation.loader import installed_law
from atmp_insure.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from atmp_insure.regulation.law import Law


class Progress:
    """Rows done and rows in error, shown on standard error while a person watches."""

    def __init__(self) -> None:
        self.rows = self.in_error = 0
        self._shown = sys.stderr.isatty()

    def add(self, rated: pl.DataFrame) -> None:
        """Count a batch and show the totals."""
        self.rows += rated.height
        self.in_error += rated.height - rated["error"].null_count()
        if self._shown:
            click.echo(f"\r{self.text()}", err=True, nl=False)

    def text(self) -> str:
        """The totals, as a sentence."""
        rows, in_error = f"{self.rows:,}".replace(",", " "), f"{self.in_error:,}".replace(",", " ")
        return f"{rows} ligne(s) lue(s), {in_error} en erreur"


@click.command(help="Taux d'un portefeuille : IN et OUT en CSV ou Parquet, une ligne par unité et par année.")
@click.argument("source", metavar="IN", type=click.Path(path_type=Path, allow_dash=True))
@click.argument("target", metavar="OUT", type=click.Path(path_type=Path, allow_dash=True))
@click.pass_context
def portfolio(ctx: click.Context, source: Path, target: Path) -> None:
    """Rate a portfolio file; a bad row keeps its place with its error, and the status is then 1."""
    law = installed_law(read_settings().config_overlay).law
    progress = Progress()
    with tempfile.TemporaryDirectory() as scratch:
        path = _spooled(Path(scratch)) if str(source) == STANDARD_STREAM else source
        try:
            _write(_rated_batches(path, law, progress), target)
        except InvalidInput as error:
            raise error.within(str(source)) from error
        except OSError as error:
            raise InvalidInput.one(
                "fichier illisible ou dossier absent",
                "Vérifier les chemins et les droits",
                source=str(error.filename or source),
            ) from error
    click.echo(f"{chr(13) if sys.stderr.isatty() else ''}{progress.text()} : {target}", err=True)
    if progress.in_error:
        ctx.exit(NEEDS_ATTENTION)


def _rated_batches(path: Path, law: Law, progress: Progress) -> Iterator[pl.DataFrame]:
    for frame in read_batches(path):
        rated = rated_rows(frame, law)
        progress.add(rated)
        yield rated


def _write(batches: Iterator[pl.DataFrame], target: Path) -> None:
    """Write beside the target and take its name at the end: an interrupted run leaves no half file."""
    if str(target) == STANDARD_STREAM:
        _write_rows(batches, sys.stdout.buffer)
        return
    half = target.with_name(f".{target.name}.part")
    rows = half.with_suffix(".rows") if target.suffix == ".parquet" else half
    try:
        with rows.open("wb") as stream:
            _write_rows(batches, stream)
        if rows is not half:
            pl.scan_csv(rows, infer_schema=False).sink_parquet(half)
        half.replace(target)
    finally:
        half.unlink(missing_ok=True)
        rows.unlink(missing_ok=True)


def _write_rows(batches: Iterator[pl.DataFrame], stream: BinaryIO) -> None:
    stream.write(",".join(OUT_COLUMNS).encode() + b"\n")
    stream.writelines(batch.write_csv(include_header=False).encode() for batch in batches)
    stream.flush()


def _spooled(folder: Path) -> Path:
    path = folder / "standard-input"
    with path.open("wb") as stream:
        shutil.copyfileobj(sys.stdin.buffer, stream)
    return path
