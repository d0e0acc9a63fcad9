"""`atmp regulation`: check the dated values of the law, and take a new year's schedules into the office's overlay."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from atmp_insure.command_line import NEEDS_ATTENTION, InputFileType, LazyGroup, print_json
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.kernel.french import french_number, french_percent
from atmp_insure.kernel.paris import paris_day
from atmp_insure.kernel.rates import notified_text
from atmp_insure.regulation.coverage import WHOLE_SCHEDULE, coverage
from atmp_insure.regulation.law import SURCHARGE_NAMES
from atmp_insure.regulation.loader import RULES, installed_law
from atmp_insure.regulation.readers.schedule_csv import read_schedule_csv
from atmp_insure.regulation.service import plan_import, write_import
from atmp_insure.settings import read_settings

if TYPE_CHECKING:
    from atmp_insure.command_line import InputFile
    from atmp_insure.regulation.coverage import YearCoverage
    from atmp_insure.regulation.loader import LoadedLaw
    from atmp_insure.regulation.service import ImportPlan, ValueChange

NO_OVERLAY = "Définir ATMP_CONFIG_DIR : le dossier qui porte la surcouche de config/ du bureau"


LEARN = {"learn": "atmp_insure.rate_records.cli.learn:learn"}  # reads papers, so it lives with them


@click.group(cls=LazyGroup, lazy=LEARN, help="Réglementation datée : la vérifier, y ajouter une année.")
def regulation() -> None:
    """Group of the regulation commands."""


@regulation.command(help="Lire toute la réglementation et dire ce que chaque année couvre.")
@click.option("--json", "as_json", is_flag=True, help="Écrire un document JSON.")
@click.pass_context
def check(ctx: click.Context, as_json: bool) -> None:
    """Validate every file and print what each year covers; status 1 when a published floor disagrees."""
    loaded = installed_law(read_settings().config_overlay)
    years = coverage(loaded.law)
    if as_json:
        print_json({"files": list(loaded.law.files), "years": [_year_answer(year) for year in years]})
    else:
        click.echo(_coverage_text(loaded, years))
    if any(year.floor_disagrees for year in years):
        ctx.exit(NEEDS_ATTENTION)


@regulation.command("import", help="Prendre un barème annuel (CSV) dans la surcouche du bureau.")
@click.argument("file", type=InputFileType())
@click.option("--dry-run", is_flag=True, help="Dire ce qui changerait, sans rien écrire.")
def import_schedule(file: InputFile, dry_run: bool) -> None:
    """Import a schedule; with --dry-run only say what changes."""
    overlay = read_settings().config_overlay
    if overlay is None and not dry_run:
        raise InvalidInput.one("aucune surcouche de réglementation n'est réglée", NO_OVERLAY)
    try:
        plan = plan_import(read_schedule_csv(file.content), installed_law(overlay).law)
    except InvalidInput as error:
        raise error.within(file.name) from error
    click.echo(_plan_text(plan))
    if dry_run or overlay is None:
        click.echo("Rien n'a été écrit (--dry-run).")
        return
    for path in write_import(plan, overlay / "regulation", paris_day(datetime.now(UTC))):
        click.echo(f"Écrit : {path}")


def _year_answer(year: YearCoverage) -> dict[str, object]:
    return {
        "rate_year": year.rate_year,
        "average_cost_cells": year.cost_cells,
        "average_cost_cells_whole": len(WHOLE_SCHEDULE),
        "committees_missing": list(year.missing_committees),
        "committees_partial": list(year.partial_committees),
        "surcharges": list(year.surcharges),
        "floor_percent": None if year.floor_percent is None else notified_text(year.floor_percent),
        "collective_rates": year.collective_codes,
    }


def _coverage_text(loaded: LoadedLaw, years: tuple[YearCoverage, ...]) -> str:
    lines = [
        f"{len(loaded.law.files)} fichiers lus, {len(RULES)} règles datées.",
        "",
        "Année  Coûts moyens  Majorations   Plancher  Codes au taux collectif",
        "─" * 68,
        *(_year_line(year) for year in years),
    ]
    warned = [
        f"  • {entry.sourced.citation.warning}"
        for name in RULES
        for entry in getattr(loaded.law, name).entries
        if entry.sourced.citation.warning
    ]
    if warned:
        lines += ["", "Points non tranchés, dits dans chaque résultat qui s'en sert :", *dict.fromkeys(warned)]
    if loaded.replacements:
        lines += ["", "Valeurs du produit remplacées par la surcouche du bureau :"]
        lines += [f"  • {one.name} ({one.latter.citation.place})" for one in loaded.replacements]
    return "\n".join(lines)


def _year_line(year: YearCoverage) -> str:
    is_whole = len(year.surcharges) == len(SURCHARGE_NAMES)
    surcharges = "M1 à M4" if is_whole else ", ".join(year.surcharges).upper() or "—"
    floor = "—" if year.floor_percent is None else french_percent(year.floor_percent)
    if year.floor_disagrees and year.published_floor_percent is not None:
        floor += f" (publié : {french_percent(year.published_floor_percent)})"
    detail = ""
    if year.cost_cells and year.missing_committees:
        detail += f"  sans {' '.join(year.missing_committees)}"
    if year.cost_cells and year.partial_committees:
        detail += f"  en partie {' '.join(year.partial_committees)}"
    cells = f"{year.cost_cells}/{len(WHOLE_SCHEDULE)}" if year.cost_cells else "—"
    codes = str(year.collective_codes or "—")
    return f"{year.rate_year:<5}  {cells:>12}  {surcharges:<11}  {floor:>9}  {codes:>23}{detail}"


def _plan_text(plan: ImportPlan) -> str:
    lines = [f"{len(plan.new)} valeur(s) nouvelle(s), {len(plan.changed)} changée(s), {plan.unchanged} inchangée(s)."]
    lines += [f"  + {_named(change)} : {french_number(change.latter.value)}" for change in plan.new]
    lines += [
        f"  ~ {_named(change)} : {french_number(change.former or change.latter.value)} → "
        f"{french_number(change.latter.value)} (avant : {change.former_source})"
        for change in plan.changed
    ]
    return "\n".join(lines)


def _named(change: ValueChange) -> str:
    key = " ".join(part for part in change.latter.key if part != "-")
    return f"{change.latter.schedule} {change.latter.rate_year} {key}"
