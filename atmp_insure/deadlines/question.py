"""How a question to the clocks is written: event, options, length; what is wrong is refused with a remedy."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from atmp_insure.deadlines.clock import Event
from atmp_insure.deadlines.law import unknown
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.kernel.french import repeated

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from atmp_insure.deadlines.law import DeadlineLaw
    from atmp_insure.deadlines.territory import TerritoryCalendar

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(Z|[+-][0-9]{2}:[0-9]{2})?", re.ASCII
)
_WHOLE = re.compile(r"[0-9]{1,6}", re.ASCII)
DAY_OPTIONS = {
    "consulted": "première consultation de la notification électronique",
    "first_presented": "première présentation du recommandé non réclamé",
    "declared": "jour de la déclaration, qui décide de la version des règles d'instruction",
    "rate_notified": "jour où le taux a été notifié, avant la réclamation gracieuse",
    "until": "jour de la reprise, qui n'est pas compté",
}
DONE, PARTY_REGION, FUND_REGION, CONTRACT_LENGTH = "done", "party_region", "fund_region", "contract_length"
OTHER_OPTIONS = {
    DONE: "jour (ou heure) où l'acte a été fait : dit s'il l'a été à temps",
    PARTY_REGION: "lieu de la partie, pour le délai de distance",
    FUND_REGION: "territoire de la caisse destinataire, quand il diffère : le plus strict compte",
    CONTRACT_LENGTH: "durée que fixe le contrat",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known besides the event.

    Attributes:
        days: dated facts by option name.
        done: when the act was done.
        party_region: where the party lives; "" when not said.
        fund_region: territory of the fund that receives; "" when it is the same.
        contract_length: the length that a contract sets.
        choices: unsettled points settled for this question only.
    """

    days: Mapping[str, date] = field(default_factory=dict)
    done: Event | None = None
    party_region: str = ""
    fund_region: str = ""
    contract_length: int | None = None
    choices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a clock: the fact that starts it, where it is counted, and what else is known."""

    event: Event
    territory: TerritoryCalendar
    facts: Facts = field(default_factory=Facts)


def read_event(text: str, territory: TerritoryCalendar, place: str = "--event") -> Event:
    """The event: a day, or a day and an hour in the local time of the territory unless an offset is written.

    Raises:
        InvalidInput: no date, a day or an hour that does not exist, or a day outside the known calendar.

    Source: none; how a question is written.
    """
    match = _MOMENT.fullmatch(text)
    with suppress(ValueError, OverflowError):  # 30 February, 25 o'clock: refused below, with what to write
        if _DAY.fullmatch(text):
            return Event(_known(date.fromisoformat(text), territory, place))
        if match:
            day, hour, offset = match.groups()
            moment = _local(datetime.fromisoformat(f"{day}T{hour}{(offset or '').replace('Z', '+00:00')}"), territory)
            _known(moment.date(), territory, place)
            if not offset and not _exists(moment, territory):
                raise InvalidInput.one(
                    f"« {text} » n'existe pas : on passe à l'heure d'été", "Donner l'heure de la montre", place=place
                )
            return Event(moment.date(), moment)
    shown = repeated(text)
    problem = "n'est pas une date possible" if match or _DAY.fullmatch(text) else "n'est pas une date"
    raise InvalidInput.one(f"« {shown} » {problem}", "Écrire AAAA-MM-JJ, ou AAAA-MM-JJTHH:MM avec l'heure", place=place)


def _known(day: date, territory: TerritoryCalendar, place: str) -> date:
    try:
        return territory.checked(day)
    except InvalidInput as error:
        raise error.under(place) from error


def _local(moment: datetime, territory: TerritoryCalendar) -> datetime:
    return moment.replace(tzinfo=territory.zone) if moment.tzinfo is None else moment.astimezone(territory.zone)


def _exists(moment: datetime, territory: TerritoryCalendar) -> bool:
    """Whether clocks ever show this hour: they skip one in spring."""
    there_and_back = moment.astimezone(UTC).astimezone(territory.zone)
    return there_and_back.replace(tzinfo=None) == moment.replace(tzinfo=None)


def read_options(texts: Iterable[str]) -> dict[str, str]:
    """Options written NAME=VALUE, by name.

    Raises:
        InvalidInput: no `=`, an empty value, a name given twice.

    Source: none; how a question is written.
    """
    found: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        name, value = name.strip(), value.strip()
        if not equals or not name or not value:
            raise InvalidInput.one(
                f"« {repeated(text)} » n'est pas de la forme NOM=VALEUR",
                "Écrire par exemple --option consulted=2025-01-09",
                place="--option",
            )
        if name in found:
            raise InvalidInput.one(
                f"option « {repeated(name)} » donnée deux fois", "N'en garder qu'une", place="--option"
            )
        found[name] = value
    return found


def read_facts(
    options: Mapping[str, str], accepted: Iterable[str], law: DeadlineLaw, territory: TerritoryCalendar, whose: str
) -> Facts:
    """The facts that options state.

    Args:
        options: values by name.
        accepted: names that the rule or the convention has a use for.
        law: for the names of places and unsettled points.
        territory: for days and hours.
        whose: the rule or the convention, said in refusals.

    Raises:
        InvalidInput: an option that nobody knows, or of no use here, or a value that it cannot take.

    Source: none; how a question is written.
    """
    names = tuple(accepted)
    days: dict[str, date] = {}
    choices: dict[str, str] = {}
    others: dict[str, str] = {}
    for name, value in options.items():
        place = f"--option {name}"
        if name not in names:
            raise unknown_option(name, names, law, whose)
        if name in DAY_OPTIONS:
            days[name] = read_event(value, territory, place).day
        elif name in law.choices:
            choices[name] = _choice(law, name, value)
        else:
            others[name] = value
    done, party, fund = others.get(DONE), others.get(PARTY_REGION, ""), others.get(FUND_REGION, "")
    if party and party not in _places(law):
        raise unknown("région", party, _places(law), place=f"--option {PARTY_REGION}")
    if fund and fund not in law.territories:
        raise unknown("région", fund, law.territories, place=f"--option {FUND_REGION}")
    return Facts(
        days=days,
        done=None if done is None else read_event(done, territory, f"--option {DONE}"),
        party_region=party,
        fund_region=fund,
        contract_length=read_length(others[CONTRACT_LENGTH], f"--option {CONTRACT_LENGTH}")
        if CONTRACT_LENGTH in others
        else None,
        choices=choices,
    )


def read_length(text: str, place: str = "--length") -> int:
    """A length: a whole number above 0.

    Raises:
        InvalidInput: anything else.

    Source: none; how a question is written.
    """
    if not _WHOLE.fullmatch(text) or not int(text):
        shown = repeated(text)
        raise InvalidInput.one(f"« {shown} » n'est pas une durée", "Écrire un nombre entier de 1 à 999999", place=place)
    return int(text)


def unknown_option(name: str, accepted: Iterable[str], law: DeadlineLaw, whose: str) -> InvalidInput:
    """The refusal of an option, which says whether it exists at all.

    Source: none.
    """
    names = sorted(accepted)
    if name in {*DAY_OPTIONS, *OTHER_OPTIONS, *law.choices}:
        listed = ", ".join(names) or "aucune"
        return InvalidInput.one(
            f"option « {name} » sans objet pour {whose}", f"Options admises : {listed}", place="--option"
        )
    return unknown("option", name, names, place="--option")


def _choice(law: DeadlineLaw, name: str, value: str) -> str:
    allowed = law.choices[name].entries[-1].sourced.value.allowed
    if value not in allowed:
        raise InvalidInput.one(
            f"« {repeated(value)} » n'est pas admis", f"Écrire {' ou '.join(allowed)}", place=f"--option {name}"
        )
    return value


def _places(law: DeadlineLaw) -> set[str]:
    return {place for entry in law.distances.entries for place in entry.sourced.value}
