"""Every table of the product: importing this module makes them known to migrations, to scopes and to the change log."""

from __future__ import annotations

from atmp_insure.access import change_log, kept_answers
from atmp_insure.access import logs as access_logs
from atmp_insure.access import models as access_models
from atmp_insure.db import facts, guards, leases, numbering, reach, runs, work_queue
from atmp_insure.db.base import Base
from atmp_insure.diary import complaint_models, deadline_models, request_models, tray_models, watch_models
from atmp_insure.diary import models as diary_models
from atmp_insure.documents import models as documents_models
from atmp_insure.ledger import models as ledger_models
from atmp_insure.parties import agreement_models, body_models, mandate_models, partner_models, payroll_models
from atmp_insure.parties import models as parties_models
from atmp_insure.policies import models as policies_models
from atmp_insure.policies import revision_models
from atmp_insure.premiums import (
    broker_models,
    chase_models,
    commission_models,
    commission_statement_models,
    payment_models,
    plan_models,
    refund_models,
    remittance_models,
    write_off_models,
)
from atmp_insure.premiums import models as premiums_models
from atmp_insure.rate_records import models as rate_records_models
from atmp_insure.underwriting import models as underwriting_models

MODULES = (
    access_logs, access_models, agreement_models, body_models, broker_models, change_log, chase_models,
    commission_models, commission_statement_models, complaint_models, deadline_models, diary_models, documents_models,
    facts, guards, kept_answers, leases, ledger_models, mandate_models, numbering, parties_models, partner_models,
    payment_models, payroll_models, plan_models, policies_models, premiums_models, rate_records_models, reach,
    refund_models, remittance_models, request_models, revision_models, runs, tray_models, underwriting_models,
    watch_models, work_queue, write_off_models,
)  # fmt: skip
METADATA = Base.metadata
