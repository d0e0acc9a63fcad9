"""Every table of the product: importing this module makes them known to migrations, to scopes and to the change log."""

from __future__ import annotations

from atmp_insure.access import change_log
from atmp_insure.access import logs as access_logs
from atmp_insure.access import models as access_models
from atmp_insure.db import facts, guards, leases, numbering, reach, runs, work_queue
from atmp_insure.db.base import Base
from atmp_insure.diary import models as diary_models
from atmp_insure.documents import models as documents_models
from atmp_insure.parties import models as parties_models

MODULES = (
    access_logs, access_models, change_log, diary_models, documents_models, facts, guards, leases, numbering,
    parties_models, reach, runs, work_queue,
)  # fmt: skip
METADATA = Base.metadata
