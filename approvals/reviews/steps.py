"""What the diagram says about a human task: its form, its outcomes, its paper."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _

from approvals.applications.models import Application
from approvals.programs.form_schema import OutcomeLabel, TaskForm, task_form_of
from approvals.programs.models import Program
from workflows.choices import offered
from workflows.models import Task
from workflows.nodes.seat import SIGNER
from workflows.nodes.signers import DELEGATE, PARALLEL

SIGNERS_FORM = "signers"
"""Key of the form of colleagues who were added to somebody's seat; no program has it."""
_MOST_FORMS = 1000


def outcomes_of(task: Task) -> tuple[str, ...]:
    """What may be answered, in the order of the diagram; a signer votes or answers."""
    if task.data.get(SIGNER):
        return offered(task)[0]
    found: tuple[str, ...] = task.flow_task.outcomes
    return found


def form_of(application: Application, task: Task) -> TaskForm:
    """The step's form as the case's pinned program has it; the diagram names its key."""
    kind = task.data.get(SIGNER, PARALLEL)
    if kind != PARALLEL:
        return signers_form(task.title, consulted=kind == DELEGATE)
    attributes = task.flow_task.element.attributes
    form = _form(application.program, attributes.get("form", task.element), task.element)
    if task.data.get(SIGNER):
        form = replace(form, fields=(), checklist=())
    return after_acceptance(form) if application.accepted_at is not None else form


_forms: dict[tuple[int, str, str, str], TaskForm] = {}
"""By program, hash of its content, form and step: a released content does not change."""


def _form(program: Program, key: str, step: str) -> TaskForm:
    asked = (program.pk, program.sha256, key, step)
    form = _forms.get(asked)
    if form is None:
        if len(_forms) >= _MOST_FORMS:
            _forms.clear()
        form = _forms[asked] = task_form_of(program.content, key, step)
    return form


def signers_form(title: str, *, consulted: bool) -> TaskForm:
    """What a colleague is asked who was added to somebody's seat: his opinion, nothing else."""
    if consulted:
        outcomes: tuple[OutcomeLabel, ...] = (OutcomeLabel("answered", _("答复"), reason=True),)
        help_text = _("您受委派出具意见；意见供承办人参考，不作为办理结论。")
    else:
        outcomes = (
            OutcomeLabel("approve", _("同意")),
            OutcomeLabel("reject", _("不同意"), reason=True),
            OutcomeLabel("abstain", _("弃权")),
        )
        help_text = _("您被加签；请出具意见，由加签的承办人据以办理。")
    return TaskForm(SIGNERS_FORM, title, outcomes=outcomes, help=help_text)


def is_one_of_many(task: Task) -> bool:
    """One vote among others refuses nothing by itself; a seat beside a single one may."""
    return bool(task.item) and task.data.get(SIGNER) != PARALLEL


def after_acceptance(form: TaskForm) -> TaskForm:
    """The same step once the case is accepted: what goes back to the applicant is returned with its
    items (C6); 补正 is a word of the time before acceptance (C12)."""
    if not any(entry.items for entry in form.outcomes):
        return form
    outcomes = tuple(
        replace(entry, label=_("退回修改")) if entry.items else entry for entry in form.outcomes
    )
    told = _("申请已受理。需要申请人修改的，退回并列明全部事项，申请人只能修改列明的事项。")
    return replace(form, outcomes=outcomes, help=told)


def shows_draft(task: Task) -> bool:
    """Does the diagram put the 送审稿 before this step (attribute `document`)?"""
    return "document" in task.flow_task.element.attributes


def is_vote(task: Task) -> bool:
    """One seat among several: its holder sees the others' opinions only when all is decided."""
    return bool(task.item) and task.role == "expert"


def is_consulted(task: Task) -> bool:
    """A seat that is only asked for its words (委派): no vote, no sheet, no further asking."""
    return bool(task.data.get(SIGNER) == DELEGATE)


def casts_vote(task: Task) -> bool:
    """An expert's own seat on the panel."""
    return is_vote(task) and not is_consulted(task)
