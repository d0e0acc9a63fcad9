"""What a worker can do: kinds of runs, entries of the queue, and projections that can be rebuilt; one table each.

Beside `app.py`, which holds fact → handlers: a worker and the commands need these without the pages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.db import rekeying
from atmp_insure.documents import jobs as documents_jobs
from atmp_insure.ledger import jobs as ledger_jobs
from atmp_insure.parties import jobs as parties_jobs
from atmp_insure.policies import jobs as policies_jobs
from atmp_insure.policies import paper_jobs, revision_jobs, take_over_jobs
from atmp_insure.premiums import chase_jobs, collecting_service, commission_jobs
from atmp_insure.premiums import jobs as premiums_jobs
from atmp_insure.rate_records import jobs as rate_records_jobs

if TYPE_CHECKING:
    from atmp_insure.db.projections import Projection
    from atmp_insure.db.runs import RunKind
    from atmp_insure.db.worker import QueueHandler

RUN_KINDS: dict[str, RunKind] = {
    kind.name: kind
    for kind in (
        rekeying.RUN,
        documents_jobs.ERASE_DUE,
        parties_jobs.IMPORT,
        policies_jobs.RENEW,
        policies_jobs.ENDORSE,
        revision_jobs.REVISE,
        revision_jobs.ADVANCE,
        revision_jobs.NOTIFY,
        take_over_jobs.TAKE_OVER,
        take_over_jobs.TAKE_BACK,
        premiums_jobs.CALL,
        chase_jobs.CHASE_RUN,
        chase_jobs.NOTICE_RUN,
        commission_jobs.MAKE,
    )
}
QUEUE_HANDLERS: dict[str, QueueHandler] = {  # entry → what does it
    paper_jobs.PRINT: paper_jobs.print_papers,
    revision_jobs.SETTLE: revision_jobs.settle_revisions,
    premiums_jobs.SCHEDULE: premiums_jobs.keep_schedule,
    premiums_jobs.PRINT: premiums_jobs.print_call,
    collecting_service.CHASE: chase_jobs.advance,
    chase_jobs.PRINT: chase_jobs.print_notice,
    chase_jobs.PRINT_PLAN: chase_jobs.print_plan,
}
PROJECTIONS: tuple[Projection, ...] = (
    rate_records_jobs.RATE_YEARS,
    rate_records_jobs.RATE_FINDINGS,
    policies_jobs.POLICY_STANDINGS,
    ledger_jobs.ACCOUNT_MONTHS,
    ledger_jobs.OPEN_ITEMS,
    premiums_jobs.PREMIUM_SCHEDULES,
    chase_jobs.PREMIUM_CHASES,
)
