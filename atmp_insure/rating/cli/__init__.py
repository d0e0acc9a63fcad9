"""`atmp rating`: the rate of a unit, the cost of claims over the years, why a rate changed, and whole portfolios."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import click

from atmp_insure.command_line import InputFileType, LazyGroup, print_json
from atmp_insure.kernel.errors import InvalidInput, MissingParameter
from atmp_insure.kernel.json_document import read_json_document
from atmp_insure.rating import answers, schemas, terminal
from atmp_insure.rating.change import rate_change
from atmp_insure.rating.impact import impact as compute_impact
from atmp_insure.rating.rate import rate as compute_rate
from atmp_insure.regulation.loader import installed_law
from atmp_insure.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from atmp_insure.command_line import InputFile
    from atmp_insure.regulation.law import Law

T = TypeVar("T")
PORTFOLIO = {"portfolio": "atmp_insure.rating.cli.portfolio:portfolio"}


@click.group(cls=LazyGroup, lazy=PORTFOLIO, help="Calculer un taux, l'effet d'un sinistre, un portefeuille.")
def rating() -> None:
    """Group of the rating commands."""


@rating.command(help="Taux d'une unité pour une année, expliqué pas à pas.")
@click.argument("file", type=InputFileType())
@click.option("--json", "as_json", is_flag=True, help="Écrire un document JSON.")
def rate(file: InputFile, as_json: bool) -> None:
    """Rate one unit for one year."""
    result = _answer(file, lambda document, law: compute_rate(schemas.rate_question(document), law))
    print_json(answers.rate_answer(result)) if as_json else click.echo(terminal.rate_text(result))


@rating.command(help="Taux avec et sans des sinistres, année par année, et surcotisation.")
@click.argument("file", type=InputFileType())
@click.option("--json", "as_json", is_flag=True, help="Écrire un document JSON.")
def impact(file: InputFile, as_json: bool) -> None:
    """Compare the chain of rates with and without claims."""
    result = _answer(file, lambda document, law: compute_impact(schemas.impact_question(document), law))
    print_json(answers.impact_answer(result)) if as_json else click.echo(terminal.impact_text(result))


@rating.command(help="Pourquoi un taux a changé, en parts qui s'additionnent.")
@click.argument("file", type=InputFileType())
@click.option("--json", "as_json", is_flag=True, help="Écrire un document JSON.")
def change(file: InputFile, as_json: bool) -> None:
    """Explain the change between two rates."""
    result = _answer(file, lambda document, law: rate_change(*schemas.change_questions(document), law))
    print_json(answers.change_answer(result)) if as_json else click.echo(terminal.change_text(result))


def _answer(file: InputFile, compute: Callable[[object, Law], T]) -> T:
    """Read the document, compute on the law in force; faults name the file."""
    try:
        return compute(read_json_document(file.content), installed_law(read_settings().config_overlay).law)
    except InvalidInput as error:
        raise error.within(file.name) from error
    except MissingParameter as error:
        raise InvalidInput.one(error.statement, error.remedy, source=file.name) from error
