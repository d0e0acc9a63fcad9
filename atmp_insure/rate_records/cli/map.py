"""`atmp records map`: what the columns of an unknown layout hold, said once by a person, kept for the next papers."""

from __future__ import annotations

from datetime import date
from pathlib import PurePath

import click

from atmp_insure.command_line import InputFile, InputFileType, print_json
from atmp_insure.rate_records.answers import LINE_KEYS
from atmp_insure.rate_records.readers import grids_of
from atmp_insure.rate_records.readers.mapping import ACCOUNT, HISTORY
from atmp_insure.rate_records.readers.mapping_proposal import (
    SET_ASIDE,
    Proposal,
    labels_of,
    mapping_from,
    proposal,
)
from atmp_insure.rate_records.readers.mapping_store import save_mapping
from atmp_insure.rate_records.saved_mappings import mappings_folder

_KINDS = {"compte": ACCOUNT, "historique": HISTORY}


@click.command(name="map", help="Dire ce que contient chaque colonne d'un document dont la présentation est inconnue.")
@click.argument("file", metavar="FILE", type=InputFileType())
@click.option("--columns", "columns", multiple=True, help='Association : "exercice=Année,nns=#4,ignorer=Observations".')
@click.option("--kind", type=click.Choice(sorted(_KINDS)), default="compte", help="Compte employeur, ou historique.")
@click.option("--json", "as_json", is_flag=True, help="Écrire un document JSON.")
def map_columns(file: InputFile, columns: tuple[str, ...], kind: str, as_json: bool) -> None:
    """Propose what is recognised, or save the mapping that is given for this row of labels."""
    grids = grids_of(file.name, file.content)
    if not columns:
        proposed = proposal(grids, _KINDS[kind])
        if as_json:
            print_json(_plain(proposed))
        else:
            click.echo(_shown(proposed, file.name))
        return
    today = date.today()  # noqa: DTZ011 - a civil day
    mapping, labels = mapping_from(grids, _KINDS[kind], columns, PurePath(file.name).name, today)
    path = save_mapping(mappings_folder(), mapping, labels)
    if as_json:
        print_json({"mapping": mapping.name, "kind": mapping.kind, "saved_in": str(path)})
    else:
        click.echo(
            f"Association {mapping.name} enregistrée dans {path}.\n"
            "Elle servira à chaque document qui a les mêmes titres de colonnes, et sera dite dans sa lecture."
        )


def _plain(proposed: Proposal) -> dict[str, object]:
    return {
        "kind": proposed.kind,
        "place": proposed.place,
        "columns": [
            {"number": one.number, "label": one.label, "form": one.form_fr, "field": _key(proposed, one.field)}
            for one in proposed.columns
        ],
        "missing": [_key(proposed, name) for name in proposed.missing],
    }


def _shown(proposed: Proposal, file: str) -> str:
    lines = [f"Titres de colonnes lus en {proposed.place} :", ""]
    for one in proposed.columns:
        meant = f"→ {_key(proposed, one.field)}" if one.field else "→ ?"
        lines.append(f"  #{one.number:<3} {one.label[:40]:<42}{one.form_fr:<8}{meant}")
    if not proposed.missing:
        return "\n".join([*lines, "", "Tout ce qui est nécessaire est reconnu : atmp records read suffit."])
    labels = labels_of(proposed.kind)
    named = ", ".join(f"{_key(proposed, name)} ({labels.label_fr(name)})" for name in proposed.missing)
    example = ",".join(f"{_key(proposed, name)}=TITRE" for name in proposed.missing)
    return "\n".join(
        [
            *lines,
            "",
            f"Sans colonne : {named}.",
            "À compléter, avec le titre de la colonne ou son rang (#3) :",
            f'  atmp records map "{file}" --columns "{example}"',
            f"Une colonne à ne pas lire : {SET_ASIDE}=TITRE.",
        ]
    )


def _key(proposed: Proposal, name: str | None) -> str | None:
    return LINE_KEYS[name] if name is not None and proposed.kind == ACCOUNT else name
