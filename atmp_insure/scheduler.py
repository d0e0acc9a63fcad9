"""The table of scheduled jobs: function and schedule (legal time of Paris), nothing else.

They run in `atmp worker`, or inside `atmp serve` on SQLite, wherever the lease is held; by hand with `atmp run`.
"""

from __future__ import annotations

from atmp_insure.access import jobs as access_jobs
from atmp_insure.db import jobs as db_jobs
from atmp_insure.db.scheduled_job import Job
from atmp_insure.diary import jobs as diary_jobs
from atmp_insure.documents import jobs as documents_jobs
from atmp_insure.policies import revision_jobs
from atmp_insure.premiums import chase_jobs
from atmp_insure.underwriting import jobs as quotes_jobs

JOBS: tuple[Job, ...] = (
    Job("seal_logs", "Sceller les journaux", {"minute": "*/10"}, access_jobs.seal_logs),
    Job("purge_logs", "Effacer les lectures hors délai", {"hour": "3", "minute": "20"}, access_jobs.purge_logs),
    Job("sweep_sign_ins", "Effacer les sessions finies", {"hour": "3", "minute": "40"}, access_jobs.sweep_sign_ins),
    Job("purge_answers", "Effacer les réponses gardées", {"minute": "45"}, access_jobs.purge_answers),
    Job("sweep_work", "Effacer l'historique ancien", {"hour": "3", "minute": "50"}, db_jobs.sweep_work),
    Job("remind_deadlines", "Rappeler les échéances", {"hour": "7"}, diary_jobs.remind_deadlines),
    Job("read_mail", "Relever le courrier reçu", {"minute": "*/5"}, diary_jobs.read_mail),
    Job("tell_unfiled", "Signaler le courrier non classé", {"minute": "15"}, diary_jobs.tell_unfiled),
    Job("watch_letters", "Veiller sur les lettres", {"hour": "6", "minute": "40"}, diary_jobs.watch_letters),
    Job("remind_requests", "Rappeler les pièces demandées", {"hour": "7", "minute": "10"}, diary_jobs.remind_requests),
    Job("lapse_quotes", "Clore les devis périmés", {"hour": "0", "minute": "20"}, quotes_jobs.lapse_quotes),
    Job("advance_revisions", "Avancer les révisions", {"hour": "5", "minute": "30"}, revision_jobs.advance_revisions),
    Job("chase_premiums", "Suivre les primes impayées", {"hour": "5", "minute": "45"}, chase_jobs.chase_premiums),
    Job("send_mail", "Envoyer le courrier", {"minute": "*"}, documents_jobs.send_mail),
    Job("verify_vault", "Vérifier le coffre", {"day_of_week": "sun", "hour": "4"}, documents_jobs.verify_vault),
    Job("sweep_vault", "Vider le coffre des restes", {"hour": "4", "minute": "30"}, documents_jobs.sweep_vault),
)
