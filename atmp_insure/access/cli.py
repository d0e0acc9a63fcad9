"""`atmp user` and `atmp audit`: let the first people in, seal, verify and purge the logs."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click
from sqlalchemy import select

from atmp_insure import app
from atmp_insure.access import jobs, sealing, service
from atmp_insure.access.models import Organisation, OrganisationKind, TicketPurpose
from atmp_insure.access.roles import Reach, Role
from atmp_insure.command_line import NEEDS_ATTENTION, print_json
from atmp_insure.db.actor import system
from atmp_insure.db.scheduled_job import JobContext
from atmp_insure.installation import opened_installation
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.kernel.paris import PARIS, paris_day
from atmp_insure.parties.queries import find_company

if TYPE_CHECKING:
    from atmp_insure.access.sealing import Verification
    from atmp_insure.db.session import ScopedSession

_OPERATOR = system("user command")
_ROLES = {role.value: role for role in Role}
_LOG_LABELS = {"change_log": "journal des changements", "reading_log": "journal des lectures"}


@click.group(help="Utilisateurs : ouvrir le premier compte.")
def user() -> None:
    """Group of the commands on users."""


@user.command(help="Créer un utilisateur ; sans --password-stdin, donne un lien où il choisit son mot de passe.")
@click.argument("sign_in", metavar="IDENTIFIANT")
@click.option("--name", default="", metavar="NOM", help="Nom affiché ; par défaut l'identifiant.")
@click.option("--email", default="", metavar="ADRESSE", help="Adresse électronique.")
@click.option("--role", type=click.Choice(list(_ROLES)), default=Role.ADMINISTRATOR.value,
              show_default=True, help="Rôle donné à partir d'aujourd'hui.")  # fmt: skip
@click.option(
    "--organisation", metavar="NOM", help="Organisation du rôle (courtier, avocat, assureur) ; créée au besoin."
)
@click.option("--company", metavar="SIREN", help="Entreprise du rôle (employeur, tiers déclarant, préventeur).")
@click.option("--file", "file_ref", metavar="DOSSIER", help="Dossier du médecin mandaté, par exemple accident:12.")
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Dernier jour du rôle ; obligatoire pour un auditeur ou un médecin mandaté.",
)
@click.option("--password-stdin", is_flag=True, help="Lire le mot de passe sur l'entrée standard.")
def create(sign_in: str, role: str, *, password_stdin: bool, **given: Any) -> None:
    """Create a user with one role."""
    now = datetime.now(UTC)
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    new = service.NewUser(sign_in, given["name"] or sign_in, given["email"] or f"{sign_in}@exemple.invalid")
    with opened_installation(app.FACT_HANDLERS) as (settings, database), database.writing(_OPERATOR) as session:
        created = service.create_user(session, new, now)
        service.grant_role(session, created, _grant(session, _ROLES[role], given, now), now)
        token = service.make_ticket(session, created, TicketPurpose.INVITATION, now)
        if password is not None:
            service.use_ticket(session, token, password, now)
    click.echo(f"Utilisateur « {created.sign_in} » créé, rôle {_ROLES[role].label}.")
    if password is None:
        click.echo(f"Lien valable sept jours : {settings.site.address}/welcome/{token}")


def _grant(session: ScopedSession, role: Role, given: dict[str, Any], now: datetime) -> service.NewGrant:
    until, company = given["until"], given["company"]
    return service.NewGrant(
        role=role,
        first_day=paris_day(now),
        last_day=until.date() if until is not None else None,
        organisation_id=_organisation_id(session, role, given["organisation"], now),
        company_id=_company_id(session, company) if company else None,
        file_ref=given["file_ref"],
    )


def _organisation_id(session: ScopedSession, role: Role, name: object, now: datetime) -> int | None:
    if role.reach is not Reach.ORGANISATION or not name:
        return None
    kinds = {Role.BROKER: OrganisationKind.BROKER, Role.INSURER: OrganisationKind.INSURER}
    kind = kinds.get(role, OrganisationKind.LAW_FIRM)
    statement = select(Organisation).where(Organisation.kind == kind, Organisation.name == str(name))
    known = session.scalar(statement)
    return (known or service.create_organisation(session, kind, str(name), now)).id


def _company_id(session: ScopedSession, siren: str) -> int:
    found = find_company(session, siren)
    if found is None:
        raise InvalidInput.one(
            f"entreprise « {siren} » inconnue", "Donner le SIREN d'une entreprise", place="--company"
        )
    return found.id


@click.group(help="Journaux : les sceller, les vérifier, effacer les lectures hors délai.")
def audit() -> None:
    """Group of the commands on logs."""


@audit.command(help="Vérifier la chaîne des scellés ; code 1 si une ligne a été altérée.")
@click.option("--json", "as_json", is_flag=True, help="Écrire un document JSON.")
@click.pass_context
def verify(ctx: click.Context, *, as_json: bool) -> None:
    """Say up to where the logs hold."""
    with opened_installation() as (_, database), database.reading(system("audit command")) as session:
        answers = [sealing.verify_log(session, name) for name in sealing.LOGS]
    if as_json:
        print_json({"logs": [_verification_answer(answer) for answer in answers]})
    else:
        for answer in answers:
            click.echo(_verification_text(answer))
    for answer in answers:
        for fault in answer.faults:
            click.echo(f"{_LOG_LABELS[answer.log_name]} : {fault}.", err=True)
    if any(answer.faults for answer in answers):
        ctx.exit(NEEDS_ATTENTION)


def _verification_text(answer: Verification) -> str:
    until = f" jusqu'au {answer.sealed_until.astimezone(PARIS):%d/%m/%Y à %H:%M}" if answer.sealed_until else ""
    state = "ALTÉRÉ" if answer.faults else "intact"
    return (
        f"{_LOG_LABELS[answer.log_name]} : {state}, {answer.sealed_rows} ligne(s) scellée(s){until}, "
        f"{answer.waiting_rows} en attente de scellé."
    )


def _verification_answer(answer: Verification) -> dict[str, object]:
    return {
        "log": answer.log_name,
        "sealed_rows": answer.sealed_rows,
        "sealed_until": answer.sealed_until.isoformat() if answer.sealed_until else None,
        "waiting_rows": answer.waiting_rows,
        "faults": list(answer.faults),
    }


@audit.command(help="Sceller maintenant toutes les lignes des journaux.")
def seal() -> None:
    """Seal what waits."""
    with opened_installation() as (_, database):
        for name, count in jobs.seal_all(database, datetime.now(UTC)).items():
            click.echo(f"{_LOG_LABELS[name]} : {count} ligne(s) scellée(s).")


@audit.command(help="Effacer les lectures scellées plus anciennes que leur durée de conservation.")
def purge() -> None:
    """Purge the reading log."""
    with opened_installation() as (settings, database):
        now = datetime.now(UTC)
        click.echo(jobs.purge_logs(JobContext(database, settings, paris_day(now), now)) + ".")
