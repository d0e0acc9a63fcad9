"""Pages of tasks: the list, one task, writing, finishing, giving it to someone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from atmp_insure.access import queries as access_queries
from atmp_insure.access.rights_there import has_right_there
from atmp_insure.access.roles import Right, role_of
from atmp_insure.diary import deadline_queries as queries
from atmp_insure.diary import shown, task_service
from atmp_insure.diary.blueprint import blueprint
from atmp_insure.diary.deadline_models import Priority, TaskState
from atmp_insure.diary.forms import ForSomeone, TaskForm
from atmp_insure.diary.lists import TASKS
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.parties.queries import names_of
from atmp_insure.parties.typed_numbers import company_id_of
from atmp_insure.web import history, listing
from atmp_insure.web.forms import flash_faults, status_of, written
from atmp_insure.web.request_scope import actor, database, needs, now
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.get("/tasks")
@needs(Right.READ_DIARY)
def list_tasks() -> ResponseReturnValue:
    """All tasks that one may see, the nearest first."""
    return listing.page(TASKS, "diary/tasks.html", may_write=actor().may(Right.WRITE_DIARY))


@blueprint.route("/tasks/new", methods=["GET", "POST"])
@needs(Right.WRITE_DIARY)
def add_task() -> ResponseReturnValue:
    """Write a task."""
    with database().reading(actor()) as session:
        form = TaskForm.among(access_queries.names_of_users(session), siren=request.args.get("siren", ""))
    made = written(form, lambda session: task_service.write_task(
        session, form.new_task(company_id_of(session, form.siren.data or "")), now()
    ))  # fmt: skip
    if made is not None:
        return redirect(url_for("diary.show_task", task_id=made.id))
    return render_template("diary/new_task.html", form=form), status_of(form)


@blueprint.get("/tasks/<int:task_id>")
@needs(Right.READ_DIARY)
def show_task(task_id: int) -> ResponseReturnValue:
    """A task: what, for whom, by when, from what."""
    with database().reading(actor()) as session:
        found = queries.get_task(session, task_id)
        names = names_of(session, {found.company_id}) if found.company_id is not None else {}
        people = access_queries.names_of_users(session)
        may_write = has_right_there(session, Right.WRITE_DIARY, found.company_id)
        trail = history.trail_of(session, found)
        subject_url = history.address_of_seen(session, found.subject or "")
    give = ForSomeone.among(people, team=found.team.value, person=str(found.assignee_id or ""))
    return render_template(
        "diary/task.html", task=found, company=names.get(found.company_id or 0), give=give, may_write=may_write,
        trail=trail, states=shown.TASK_STATES, priority=shown.PRIORITIES[Priority(found.priority)],
        subject_url=subject_url, assignee=people.get(found.assignee_id or 0),
    )  # fmt: skip


@blueprint.post("/tasks/<int:task_id>/finish")
@needs(Right.WRITE_DIARY)
def finish_task(task_id: int) -> ResponseReturnValue:
    """Say that a task is done, or dropped."""
    state = TaskState.DROPPED if request.form.get("state") == "dropped" else TaskState.DONE
    try:
        with database().writing(actor()) as session:
            found = queries.get_task(session, task_id)
            task_service.finish_task(session, found, state, request.form.get("reason", ""), now())
    except InvalidInput as error:
        flash_faults(error)
    else:
        flash(_("Tâche finie.") if state is TaskState.DONE else _("Tâche abandonnée."), "success")
    return redirect(url_for("diary.show_task", task_id=task_id))


@blueprint.post("/tasks/<int:task_id>/reopen")
@needs(Right.WRITE_DIARY)
def reopen_task(task_id: int) -> ResponseReturnValue:
    """Open a task again."""
    with database().writing(actor()) as session:
        task_service.reopen_task(session, queries.get_task(session, task_id))
    flash(_("Tâche rouverte."), "success")
    return redirect(url_for("diary.show_task", task_id=task_id))


@blueprint.post("/tasks/<int:task_id>/give")
@needs(Right.WRITE_DIARY)
def give_task(task_id: int) -> ResponseReturnValue:
    """Give a task to a person, or to a team."""
    with database().writing(actor()) as session:
        form = ForSomeone.among(access_queries.names_of_users(session))
        if form.validate_on_submit():
            found = queries.get_task(session, task_id)
            task_service.give_task(session, found, form.person_id(), role_of(form.team.data))
            flash(_("Tâche confiée."), "success")
    return redirect(url_for("diary.show_task", task_id=task_id))
