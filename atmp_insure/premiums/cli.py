"""`atmp premiums`: what is to be called by a day, and its calls handed to a run."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import click

from atmp_insure.command_line import print_json
from atmp_insure.db.actor import system
from atmp_insure.formatting import euros, short_day
from atmp_insure.installation import opened_installation
from atmp_insure.kernel.paris import paris_day
from atmp_insure.premiums import jobs, queries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from atmp_insure.premiums.models import PremiumSchedule

_OPERATOR = system("premiums command")


@click.group(help="Primes : voir ce qui est à appeler, et l'appeler.")
def premiums() -> None:
    """Group of the commands on premiums."""


@premiums.command(help="Échéancier : les contrats à appeler jusqu'à un jour, et ce qu'ils doivent alors.")
@click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]), metavar="AAAA-MM-JJ",
    help="Dernière échéance ; sans elle, celle des réglages (premiums.lead_days) à compter d'aujourd'hui.",
)  # fmt: skip
@click.option("--call", "is_called", is_flag=True, help="Confier ces appels à un traitement (atmp worker le mène).")
@click.option("--json", "as_json", is_flag=True, help="Écrire un document JSON.")
def schedule(until: datetime | None, *, is_called: bool, as_json: bool) -> None:
    """List what is to be called by a day; with `--call`, start the run that calls it."""
    now = datetime.now(UTC)
    with opened_installation() as (settings, database):
        last = until.date() if until else paris_day(now) + timedelta(days=settings.premiums.lead_days)
        with database.reading(_OPERATOR) as session:
            due = queries.list_due(session, last)
        run_id = None
        if is_called:
            with database.writing(_OPERATOR) as session:
                run_id = jobs.start_calling(session, last, now).id
    if as_json:
        print_json({"until": last.isoformat(), "run": run_id, "due": [_plain(one) for one in due]})
    else:
        click.echo(_told(due, last, run_id))


def _plain(one: PremiumSchedule) -> dict[str, str | None]:
    return {"policy": one.reference, "due_on": str(one.next_due_on), "amount_eur": str(one.next_eur)}


def _told(due: Sequence[PremiumSchedule], last: date, run_id: int | None) -> str:
    lines = [f"{len(due)} contrat(s) à appeler jusqu'au {short_day(last)}."]
    for one in due:
        assert one.next_due_on is not None
        lines.append(f"  {one.reference:<20} {short_day(one.next_due_on)}  {euros(one.next_eur):>16}")
    if run_id is not None:
        lines.append(f"Confié au traitement n° {run_id}.")
    return "\n".join(lines)
