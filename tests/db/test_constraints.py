"""What the database itself refuses: every CHECK, UNIQUE and foreign key of every table, and changes to what only grows.

It grows by itself: a new CHECK that no row of `BROKEN` breaks fails here.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import CheckConstraint, Enum, Index, Table, UniqueConstraint, delete, insert, inspect, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from atmp_insure import tables
from atmp_insure.db.guards import PurgePermit
from atmp_insure.db.session import mapped_classes
from tests.db.builders import NOW
from tests.db.rows import fill, filled_value, insert_valid, open_wall, run_raw, valid_values

if TYPE_CHECKING:
    from atmp_insure.db.base import Base
    from atmp_insure.db.engine import Database

EARLIER, LATER = NOW.date().replace(year=2025), NOW.date()

# constraint → values that break it, and nothing else
BROKEN: dict[str, dict[str, Any]] = {
    "ck_ledger_accounts_holder": {"company_id": 1, "organisation_id": 1},
    "ck_ledger_entries_number": {"number": 0},
    "ck_ledger_entries_total": {"total_eur": 0},
    "ck_ledger_entries_reverses_former": {"id": 1, "reverses_id": 1},
    "ck_ledger_transfers_amount": {"amount_eur": 0},
    "ck_ledger_transfers_two_accounts": {"debit_account_id": 1, "credit_account_id": 1},
    "ck_open_items_amount": {"amount_eur": 0, "settled_eur": 0, "settled_on": LATER},
    "ck_open_items_settled": {"settled_eur": -1},
    "ck_open_items_settled_whole": {"settled_on": LATER},
    "ck_ledger_matches_amount": {"amount_eur": 0},
    "ck_ledger_matches_reverses_former": {"id": 1, "reverses_id": 1},
    "ck_account_months_amounts": {"debit_eur": -1},
    "ck_premium_calls_number": {"number": 0},
    "ck_premium_calls_year": {"year_first_day": LATER, "year_last_day": EARLIER},
    "ck_premium_calls_instalment": {"instalment": 2, "instalments": 1},
    "ck_premium_call_lines_tax_rate": {"tax_rate": -1},
    "ck_premium_notices_number": {"number": 0},
    "ck_premium_notices_amount": {"amount_eur": 0},
    "ck_premium_notice_calls_left": {"left_eur": 0},
    "ck_premium_notice_sendings_days": {"suspended_on": EARLIER, "sent_on": LATER},
    "ck_premium_chases_left": {"left_eur": -1},
    "ck_premium_payments_amount": {"amount_eur": 0},
    "ck_premium_payments_reason": {"reason": "x"},
    "ck_commission_movements_broker": {"broker_id": None, "commission_eur": Decimal(1)},
    "ck_commission_statements_number": {"number": 0},
    "ck_commission_statements_brought": {"earned_eur": 1, "brought_eur": 1, "due_eur": 2},
    "ck_commission_statements_due": {"earned_eur": 1, "brought_eur": 0, "due_eur": 2},
    "ck_commission_statement_lines_correction": {"is_correction": True, "base_eur": 1},
    "ck_commission_disputes_reason": {"reason": ""},
    "ck_commission_answers_reason": {"reason": ""},
    "ck_commission_stated_one": {"movement_id": 1, "answer_id": 1},
    "ck_commission_payments_amount": {"amount_eur": 0},
    "ck_premium_refunds_amount": {"amount_eur": 0},
    "ck_premium_refunds_reason": {"reason": ""},
    "ck_premium_refund_answers_outcome": {"outcome": "waiting"},
    "ck_premium_refund_answers_reason": {"outcome": "declined", "reason": ""},
    "ck_premium_write_offs_amount": {"amount_eur": 0},
    "ck_premium_write_offs_reason": {"reason": ""},
    "ck_premium_write_offs_reverses_former": {"id": 1, "reverses_id": 1},
    "ck_cheque_remittances_total": {"total_eur": 0},
    "ck_broker_bordereaux_total": {"total_eur": 0},
    "ck_payment_plans_total": {"total_eur": 0},
    "ck_payment_plans_reason": {"reason": ""},
    "ck_payment_plan_calls_owed": {"owed_eur": 0},
    "ck_payment_plan_amounts_amount": {"amount_eur": 0},
    "ck_payment_plan_ends_how": {"how": "kept"},
    "ck_broker_bordereau_lines_amount": {"amount_eur": 0},
    "ck_broker_line_withdrawals_reason": {"reason": ""},
    "ck_broker_remittances_amount": {"amount_eur": 0},
    "ck_broker_remittances_reverses_former": {"id": 1, "reverses_id": 1, "reason": "x"},
    "ck_broker_remittances_reason": {"reason": "x"},
    "ck_broker_remittance_parts_amount": {"amount_eur": 0},
    "ck_premium_schedules_next": {"next_due_on": None, "next_eur": 1},
    "ck_notes_release": {"released_at": NOW},
    "ck_notes_released_readers": {"released_at": NOW, "released_by": "x", "readers": "lawyers"},
    "ck_users_sign_in_lower": {"sign_in": "Camille"},
    "ck_grants_period": {"first_day": LATER, "last_day": EARLIER},
    "ck_grants_establishment": {"establishment_id": 1},
    "ck_grants_file_expires": {"file_ref": "accident:1"},
    "ck_grants_dated": {"role": "auditor"},
    "ck_substitutions_period": {"first_day": LATER, "last_day": EARLIER},
    "ck_authority_limits_amount": {"largest_eur": -1},
    "ck_authority_limits_period": {"first_day": LATER, "last_day": EARLIER},
    "ck_approvals_decided": {"decided_at": NOW},
    "ck_approvals_by_someone": {"state": "granted"},
    "ck_companies_siren": {"siren": "12345678"},
    "ck_establishments_siret": {"siret": "1234567890123"},
    "ck_establishments_period": {"opened_on": LATER, "closed_on": EARLIER},
    "ck_group_memberships_period": {"first_day": LATER, "last_day": EARLIER},
    "ck_live_deadlines_safe": {"safe_on": LATER, "due_on": EARLIER},
    "ck_live_deadlines_ended": {"ended_at": NOW},
    "ck_live_deadlines_answered": {"state": "answered", "ended_at": NOW},
    "ck_live_deadlines_by_rule": {"rule": "rate_contest"},
    "ck_document_requests_ended": {"ended_at": NOW},
    "ck_document_requests_reason": {"state": "closed", "ended_at": NOW},
    "ck_document_requests_reminders": {"reminders": -1},
    "ck_requested_papers_waived": {"state": "waived"},
    "ck_requested_papers_received": {"state": "received"},
    "ck_watched_channels_cadence": {"look_every_days": 0},
    "ck_watched_channels_closed": {"closed_at": NOW},
    "ck_watched_channels_next": {"closed_at": NOW, "closed_reason": "x", "next_look_on": LATER},
    "ck_awaited_letters_kept": {"state": "kept"},
    "ck_awaited_letters_available": {"state": "available"},
    "ck_awaited_letters_read": {"state": "read", "available_on": LATER},
    "ck_awaited_letters_reason": {"state": "set_aside"},
    "ck_complaints_ended": {"ended_at": NOW},
    "ck_complaints_answered": {"state": "answered", "ended_at": NOW},
    "ck_complaints_decision": {"answered_on": EARLIER},
    "ck_complaints_solved": {"state": "solved", "ended_at": NOW},
    "ck_complaints_mediator": {"answered_on": EARLIER, "decision": "rejected"},
    "ck_complaints_insurer": {"insurer_told_on": EARLIER},
    "ck_complaints_shared": {"is_shared": True},
    "ck_tray_letters_ended": {"ended_at": NOW},
    "ck_tray_letters_filed": {"state": "filed", "ended_at": NOW},
    "ck_tasks_priority": {"priority": 4},
    "ck_tasks_ended": {"ended_at": NOW},
    "ck_rate_papers_superseded": {"state": "superseded"},
    "ck_section_terms_ctn": {"ctn": "AB"},
    "ck_section_terms_construction": {"ctn": "A", "sub_sector": "gros_oeuvre"},
    "ck_payroll_statements_year": {"year": 1989},
    "ck_payroll_statements_payroll": {"payroll_eur": -1},
    "ck_payroll_statements_headcount": {"headcount": -1},
    "ck_organisation_profiles_siren": {"siren": "12345678"},
    "ck_organisation_profiles_orias": {"orias_number": "1234567"},
    "ck_policy_transactions_act": {"act_number": 0},
    "ck_policy_transactions_reversal": {"reverses_number": 1},
    "ck_policy_transactions_reverses_former": {"kind": "reverse", "reverses_number": 10**9},
    "ck_policy_transactions_replays_former": {"replays_number": 10**9},
    "ck_policy_revisions_priced": {"state": "proposed"},
    "ck_policy_revisions_notified": {"notified_on": LATER},
    "ck_policy_revisions_filed": {"quote_id": 1},
    "ck_policy_charges_period": {"first_day": LATER, "last_day": EARLIER},
    "ck_policy_charges_tax_rate": {"tax_rate": Decimal(-1)},
    "ck_policy_standings_year": {"year_first_day": LATER, "year_last_day": EARLIER},
    "ck_submissions_closed": {"state": "closed"},
    "ck_quotes_referred": {"state": "referred"},
    "ck_quotes_number": {"number": 0},
    "ck_quote_acceptances_variant": {"variant": -1},
    "ck_client_questions_answered": {"answered_at": NOW},
    "ck_doctors_rpps": {"rpps_number": "1"},
    "ck_contacts_establishment": {"establishment_id": 1},
    "ck_party_imports_rows": {"row_count": -1},
    "ck_agreement_versions_number": {"number": 0},
    "ck_agreement_versions_float": {"float_threshold_eur": -1},
    "ck_agreement_versions_bordereau_months": {"bordereau_months": 2},
    "ck_agreement_versions_bordereau_due": {"bordereau_due_days": -1},
    "ck_agreement_products_commission": {"commission_rate": Decimal("1.01")},
    "ck_agreement_products_renewal": {"renewal_rate": Decimal("-0.01")},
    "ck_agreement_powers_amount": {"largest_eur": -1},
    "ck_coinsurance_shares_share": {"share": 0},
    "ck_service_levels_days": {"days": -1},
    "ck_counters_positive": {"next_number": 0},
    "ck_runs_items": {"item_count": -1},
    "ck_work_queue_attempts": {"attempts": -1},
    "ck_documents_medical_file": {"confidentiality": "medical"},
    "ck_document_versions_number": {"number": 0},
    "ck_document_versions_bytes": {"byte_count": -1},
}
ALL_TABLES = tuple(tables.METADATA.sorted_tables)


def checks_of(table: Table) -> list[CheckConstraint]:
    found = [constraint for constraint in table.constraints if isinstance(constraint, CheckConstraint)]
    return [constraint for constraint in found if not _is_of_states(table, constraint)]


def _is_of_states(table: Table, constraint: CheckConstraint) -> bool:
    """Whether a check only lists the states of a column; those are tried in one test of their own."""
    names = {column.type.name for column in table.columns if isinstance(column.type, Enum)}
    return any(str(constraint.name).endswith(f"_{name}") for name in names)


CHECKS = [(table, str(constraint.name)) for table in ALL_TABLES for constraint in checks_of(table)]
# what a row needs beside the columns that must be unique in it
BESIDE: dict[tuple[str, tuple[str, ...]], dict[str, Any]] = {
    ("policy_transactions", ("policy_id", "reverses_number")): {"kind": "reverse"},
}
UNIQUE = [
    (table, tuple(column.name for column in one.columns))
    for table in ALL_TABLES
    for one in (*table.constraints, *table.indexes)
    if isinstance(one, UniqueConstraint) or (isinstance(one, Index) and one.unique)
]


def require_refused(database: Database, table: Table, values: dict[str, Any]) -> str:
    """Insert a row that must be refused; gives what the database says."""
    with pytest.raises(IntegrityError) as refusal:
        insert_committed(database, table, values)
    return str(refusal.value.orig)


def insert_committed(database: Database, table: Table, values: dict[str, Any]) -> None:
    with database.engine.begin() as connection:
        open_wall(connection)
        connection.execute(insert(table).values(valid_values(connection, table, values)))


TRIED_WITH_ONE_PERSON_TWICE = {"ck_substitutions_another", "ck_approvals_four_eyes"}
OF_ONE_OWNER = {"ck_contacts_one_owner", "ck_bank_accounts_one_owner"}  # tried with two rows that exist
TRIED_APART = TRIED_WITH_ONE_PERSON_TWICE | OF_ONE_OWNER


def test_every_check_refuses_a_row_that_breaks_it(database: Database) -> None:
    for table, name in CHECKS:
        if name not in TRIED_APART:
            assert name in BROKEN, f"{name}: add to BROKEN the values that break it"
            assert name in require_refused(database, table, BROKEN[name])


def test_no_broken_row_is_kept_for_a_check_that_is_gone() -> None:
    assert set(BROKEN) | TRIED_APART == {name for _, name in CHECKS}


def test_nobody_is_their_own_substitute_nor_their_own_second_pair_of_eyes(database: Database) -> None:
    users = tables.METADATA.tables["users"]
    person = fill(database, users)
    substitutions = tables.METADATA.tables["substitutions"]
    told = require_refused(database, substitutions, {"user_id": person, "substitute_id": person})
    assert "ck_substitutions_another" in told
    approvals = tables.METADATA.tables["approvals"]
    both = {"requested_by_id": person, "decided_by_id": person, "decided_at": NOW}
    assert "ck_approvals_four_eyes" in require_refused(database, approvals, both)


@pytest.mark.parametrize("name", ["contacts", "bank_accounts"])
def test_a_contact_and_an_account_have_one_owner(database: Database, name: str) -> None:
    both = {f"{one}_id": fill(database, tables.METADATA.tables[table]) for one, table in
            (("company", "companies"), ("organisation", "organisations"))}  # fmt: skip
    assert f"ck_{name}_one_owner" in require_refused(database, tables.METADATA.tables[name], both)


def test_a_state_that_is_not_one_is_refused(database: Database) -> None:
    for table in ALL_TABLES:
        for column in table.columns:
            if isinstance(column.type, Enum):
                number = fill(database, table)
                with pytest.raises(DBAPIError):
                    run_raw(database, f"UPDATE {table.name} SET {column.name} = 'nowhere' WHERE id = {number}")


def test_every_code_of_a_list_is_taken_so_that_a_new_one_comes_with_its_migration(database: Database) -> None:
    missing = set()
    for table in ALL_TABLES:
        taken = " ".join(one["sqltext"] for one in inspect(database.engine).get_check_constraints(table.name))
        listed = {column.name: column.type.enums for column in table.columns if isinstance(column.type, Enum)}
        missing |= {
            (table.name, name, code) for name, codes in listed.items() for code in codes if f"'{code}'" not in taken
        }
    assert missing == set()


def test_what_is_unique_is_refused_twice(database: Database) -> None:
    for table, names in UNIQUE:
        with database.engine.begin() as connection:
            open_wall(connection)
            first = {name: filled_value(connection, table.c[name]) for name in names} | BESIDE.get(
                (table.name, names), {}
            )
            number = insert_valid(connection, table, **first)
            kept = connection.execute(select(*(table.c[name] for name in names)).where(table.c.id == number)).one()
        require_refused(database, table, dict(zip(names, kept, strict=True)))


def test_a_row_that_refers_to_nothing_is_refused(database: Database) -> None:
    tried = 0
    for table in ALL_TABLES:
        for key in table.foreign_keys:
            require_refused(database, table, {key.parent.name: 10**15})
            tried += 1
    assert tried


def test_a_value_that_must_be_there_is_missed(database: Database) -> None:
    for table in ALL_TABLES:
        required = [column.name for column in table.columns if not column.nullable and column.name != "id"]
        if required:
            require_refused(database, table, {required[0]: None})


def append_only() -> list[type[Base]]:
    return [kind for kind in mapped_classes() if kind.append_only]


@pytest.mark.parametrize("kind", append_only(), ids=lambda kind: kind.__tablename__)
def test_what_only_grows_is_neither_changed_nor_deleted(database: Database, kind: type[Base]) -> None:
    table = tables.METADATA.tables[kind.__tablename__]
    number = fill(database, table)
    column = next(name for name in table.columns.keys() if name != "id")  # noqa: SIM118 - a collection of columns
    statements = [
        update(table).where(table.c.id == number).values({column: table.c[column]}),
        delete(table).where(table.c.id == number),
    ]
    for statement in statements:
        with pytest.raises(DBAPIError, match="are never changed"):
            run_raw(database, statement)
    replaced = f"INSERT OR REPLACE INTO {table.name} SELECT * FROM {table.name}"
    emptied = replaced if database.is_embedded else f"TRUNCATE {table.name} CASCADE"
    with pytest.raises(DBAPIError, match="are never changed"):
        run_raw(database, emptied)


def test_a_permit_lets_a_purge_through_and_goes_with_its_transaction(database: Database) -> None:
    table = tables.METADATA.tables["reading_log"]
    number = fill(database, table)
    permit = insert(PurgePermit).values(table_name="reading_log")
    run_raw(database, permit, delete(table).where(table.c.id == number), delete(PurgePermit))
    other = fill(database, table)
    with pytest.raises(DBAPIError, match="are never changed"):
        run_raw(database, delete(table).where(table.c.id == other))
