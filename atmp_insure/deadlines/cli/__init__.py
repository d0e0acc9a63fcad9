"""`atmp deadlines`: when an act is due, how a convention counts, the table of rules, the calendar of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from atmp_insure.command_line import print_json
from atmp_insure.deadlines import answers, wording
from atmp_insure.deadlines.bare_count import bare_count, days_between
from atmp_insure.deadlines.choices import convention_choices
from atmp_insure.deadlines.conventions import CHECK, CONVENTIONS
from atmp_insure.deadlines.due import accepted_options
from atmp_insure.deadlines.due import due as due_date
from atmp_insure.deadlines.icalendar_file import icalendar_file
from atmp_insure.deadlines.law import unknown
from atmp_insure.deadlines.loader import installed_deadlines
from atmp_insure.deadlines.question import (
    PARTY_REGION,
    Question,
    read_event,
    read_facts,
    read_length,
    read_options,
    unknown_option,
)
from atmp_insure.deadlines.sequences import plan, step_names
from atmp_insure.deadlines.territory import MAINLAND
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.settings import read_settings

if TYPE_CHECKING:
    from atmp_insure.deadlines.conventions import Convention
    from atmp_insure.deadlines.law import DeadlineLaw

UNTIL = "until"
EVENT_HELP = "Jour du fait (AAAA-MM-JJ), avec l'heure locale où elle compte (AAAA-MM-JJTHH:MM)."
event_option = click.option("--event", "event_text", required=True, metavar="DATE", help=EVENT_HELP)
region_option = click.option("--region", default=MAINLAND, show_default=True, help="FR, AM, 971, 972, 973, 974, 976…")
facts_option = click.option(
    "--option", "options", multiple=True, metavar="NOM=VALEUR", help="Fait connu ou lecture retenue."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Écrire un document JSON.")


@click.group(help="Délais AT/MP : dates limites, calendriers, règles en vigueur au jour du fait.")
def deadlines() -> None:
    """Group of the deadline commands."""


@deadlines.command(help="Date limite d'une règle, expliquée.")
@click.argument("rule")
@event_option
@region_option
@facts_option
@json_option
def due(rule: str, event_text: str, region: str, options: tuple[str, ...], as_json: bool) -> None:
    """When the act of a rule is due."""
    law = _law()
    territory = law.territory(region.upper())
    event = read_event(event_text, territory)
    told = read_options(options)
    if rule not in law.rules:
        raise unknown("règle", rule, law.rules, place="RULE")
    declared = told.get("declared")
    on = event.day if declared is None else read_event(declared, territory, "--option declared").day
    version = law.rule_version(rule, on).sourced.value
    accepted = accepted_options(law, version, territory)
    facts = read_facts(told, accepted, law, territory, f"la règle « {rule} »")
    deadline = due_date(law, rule, Question(event, territory, facts))
    print_json(answers.deadline_answer(deadline)) if as_json else click.echo(wording.deadline_text(deadline))


@deadlines.command(help="Compte par une convention, sans règle.")
@click.argument("convention")
@event_option
@click.option("--length", "length_text", metavar="N", help="Nombre d'heures, de jours, de mois ou d'années.")
@region_option
@facts_option
@json_option
def count(  # noqa: PLR0917 - click passes them by name
    convention: str, event_text: str, length_text: str | None, region: str, options: tuple[str, ...], as_json: bool
) -> None:
    """Count a length by a convention."""
    law = _law()
    territory = law.territory(region.upper())
    chosen = _convention(convention)
    event = read_event(event_text, territory)
    accepted = (*chosen.options, *convention_choices(chosen, territory))
    facts = read_facts(read_options(options), accepted, law, territory, f"la convention « {chosen.name} »")
    question = Question(event, territory, facts)
    counted = bare_count(law, chosen, _length(length_text, question), question)
    print_json(answers.count_answer(counted)) if as_json else click.echo(wording.count_text(counted))


@deadlines.command(help="Toutes les règles, leurs versions, leur texte et leur sanction.")
@json_option
def rules(as_json: bool) -> None:
    """List every rule."""
    law = _law()
    print_json(answers.rules_answer(law)) if as_json else click.echo(wording.rules_text(law))


@deadlines.command(help="Calendrier d'un dossier à partir de son premier fait.")
@click.argument("sequence")
@event_option
@region_option
@facts_option
@json_option
@click.option("--ics", "as_ics", is_flag=True, help="Écrire un fichier iCalendar.")
def calendar(  # noqa: PLR0917 - click passes them by name
    sequence: str, event_text: str, region: str, options: tuple[str, ...], as_json: bool, as_ics: bool
) -> None:
    """Plan a whole file."""
    if as_json and as_ics:
        raise InvalidInput.one("--json et --ics demandés ensemble", "N'en garder qu'un", place="--ics")
    law = _law()
    territory = law.territory(region.upper())
    event = read_event(event_text, territory)
    told = read_options(options)
    steps = step_names(law, sequence, event.day)
    known = {name: read_event(text, territory, f"--option {name}") for name, text in told.items() if name in steps}
    accepted = (PARTY_REGION, *law.choices)
    for name in set(told) - set(steps) - set(accepted):
        raise unknown_option(name, (*steps, *accepted), law, f"la séquence « {sequence} »")
    others = {name: text for name, text in told.items() if name not in steps}
    facts = read_facts(others, accepted, law, territory, f"la séquence « {sequence} »")
    planned = plan(law, sequence, Question(event, territory, facts), known)
    if as_ics:
        click.echo(icalendar_file(planned), nl=False)
        return
    print_json(answers.plan_answer(planned)) if as_json else click.echo(wording.plan_text(planned))


def _law() -> DeadlineLaw:
    return installed_deadlines(read_settings().config_overlay)


def _convention(name: str) -> Convention:
    if name.upper() in CONVENTIONS:
        return CONVENTIONS[name.upper()]
    if name.upper() == CHECK:
        raise InvalidInput.one(
            f"la convention {CHECK} rend un avis, non une date",
            "Demander une règle avec --option done=DATE, par exemple crrmp_second_phase_notice",
            place="CONVENTION",
        )
    raise unknown("convention", name, CONVENTIONS, place="CONVENTION")


def _length(text: str | None, question: Question) -> int:
    """The length asked for, or the days between the event and the day that ends the span."""
    until = question.facts.days.get(UNTIL)
    length = None if text is None else read_length(text)
    if until is not None:
        days = days_between(question.event, until)
        if length not in {None, days}:
            raise InvalidInput.one(
                f"{length} jours demandés, {days} jusqu'au {until}", "Ne donner que l'un des deux", place="--length"
            )
        return days
    if length is None:
        raise InvalidInput.one("durée absente", "Donner --length N", place="--length")
    return length
