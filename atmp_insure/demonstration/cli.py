"""`atmp demo`: load the invented portfolio into an empty installation, and print the sign-ins."""

from __future__ import annotations

from datetime import UTC, datetime, time

import click

from atmp_insure.app import FACT_HANDLERS
from atmp_insure.demonstration.build import Ground, build
from atmp_insure.documents.vault import open_vault
from atmp_insure.installation import opened_installation
from atmp_insure.kernel.paris import PARIS, paris_day
from atmp_insure.rate_records.loader import open_office


@click.command(help="Charger un portefeuille inventé dans une installation vide, et en donner les identifiants.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Jour où se place la démonstration ; aujourd'hui sinon.")
def demo(on: datetime | None) -> None:
    """Load the demonstration."""
    day = paris_day(datetime.now(UTC)) if on is None else on.date()
    now = datetime.combine(day, time(8), PARIS).astimezone(UTC)
    with opened_installation(FACT_HANDLERS) as (settings, database):
        office = open_office(settings.config_overlay, database.key_ring, {})
        people = build(Ground(database, open_vault(settings, database.key_ring), office, day, now))
    click.echo("Portefeuille de démonstration chargé : entreprises, personnes et pièces inventées.\n")
    width = max(len(one.sign_in) for one in people)
    for one in people:
        click.echo(f"  {one.sign_in:<{width}}   {one.password}   ({one.where})")
