"""What a reviewer reads beside his opinion: the others' opinions, and who may see which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from approvals.applications.comparison import shaken_by
from approvals.applications.forms.values import display
from approvals.applications.models import Application, CorrectionRequest
from approvals.applications.versions import versions_of
from approvals.programs.form_schema import TaskForm, form_of, slots_of, task_form_of
from approvals.reviews import steps
from approvals.reviews.models import Opinion
from approvals.reviews.standing import passed_over, struck, with_standing
from organizations.models import User
from workflows.models import Task
from workflows.nodes.signers import ANSWERED

MARKS = {"return": "returned", "reject": "refused", "not_accept": "refused", "disagree": "refused"}


@dataclass(frozen=True, slots=True)
class Value:
    """One further answer of a step, in words."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One opinion as the page shows it."""

    title: str
    organ: str
    author: str
    outcome: str
    mark: str
    text: str
    reasons: Sequence[dict[str, str]]
    values: tuple[Value, ...]
    checked: tuple[str, ...]
    at: datetime
    struck: str = ""
    """Why the opinion does not count (any more); it stays readable, struck through."""
    basis: Basis | None = None
    """Whether what it relied on is still so; None when the material is what it was."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What became of the material an earlier opinion rested on (B8)."""

    stands: bool
    changed: tuple[str, ...]
    """Labels of what it relied on and what is different now."""
    version: int


@dataclass(frozen=True, slots=True)
class History:
    """The opinions a person may read; `sealed` when some are kept from him for now."""

    lines: tuple[Line, ...]
    sealed: bool


def history_for(application: Application, user: User, task: Task | None) -> History:
    """All opinions, but for an expert only his own and the answers to what he has asked himself
    while his panel is open (semantics C0).

    One query, one for those answers when there are any, one for the names of experts chosen in a
    form, one for the versions of the material when an opinion was given on an earlier one.
    """
    opinions: QuerySet[Opinion] = application.opinions.select_related(
        "author", "organ", "on_behalf_of"
    )
    found = list(with_standing(opinions))
    gone = passed_over(application)
    sealed = task is not None and steps.is_vote(task)
    if sealed:
        answers = _answers_to(user, found)
        found = [one for one in found if one.author_id == user.pk or one.task_id in answers]
    names, bases = _names(found), bases_of(application, found)
    returned = _returned(application, found)
    lines = tuple(
        _line(
            application,
            opinion,
            names,
            bases.get(opinion.pk),
            after=opinion.task_id in returned,
            struck=struck(opinion, gone),
        )
        for opinion in found
    )
    return History(lines, sealed)


def _answers_to(user: User, opinions: Sequence[Opinion]) -> frozenset[int]:
    """Tasks of colleagues whom this person has consulted; one query, none without an answer."""
    answered = [one.task_id for one in opinions if one.outcome == ANSWERED]
    if not answered:
        return frozenset()
    asked = Task.objects.filter(pk__in=answered, data__by=user.pk)
    return frozenset(asked.values_list("pk", flat=True))


def bases_of(application: Application, opinions: Sequence[Opinion]) -> dict[int, Basis]:
    """For each opinion on an earlier version, whether it stands; one query, none without such."""
    earlier = [one for one in opinions if one.material_version < application.version]
    if not earlier:
        return {}
    changes = versions_of(application).changes_since_each(one.material_version for one in earlier)
    labels = labels_of(application)
    found = {}
    for opinion in earlier:
        relied = _form(application, opinion).relies_on
        shaken = shaken_by(opinion.material_version, relied, changes)
        changed = tuple(label for key, label in labels.items() if key in shaken)
        found[opinion.pk] = Basis(not shaken, changed, opinion.material_version)
    return found


def _returned(application: Application, opinions: Sequence[Opinion]) -> frozenset[int]:
    """Tasks that returned the case after acceptance (not 补正); one query, none before it."""
    if application.accepted_at is None or not opinions:
        return frozenset()
    returns = application.corrections.filter(kind=CorrectionRequest.Kind.RETURN)
    return frozenset(pk for pk in returns.values_list("task_id", flat=True) if pk is not None)


def labels_of(application: Application) -> dict[str, str]:
    """Every question and slot by key, in the order of the form."""
    content = application.program.content
    questions = {field.key: field.label for field in form_of(content).fields()}
    return questions | {slot.key: slot.label for slot in slots_of(content)}


def _names(opinions: list[Opinion]) -> dict[int, str]:
    chosen = {
        pk
        for opinion in opinions
        for value in opinion.data.values()
        if isinstance(value, list)
        for pk in value
        if isinstance(pk, int)
    }
    return dict(User.objects.filter(pk__in=chosen).values_list("pk", "name")) if chosen else {}


def _line(
    application: Application,
    opinion: Opinion,
    names: dict[int, str],
    basis: Basis | None,
    *,
    after: bool,
    struck: str,
) -> Line:
    form = _form(application, opinion)
    if after:
        form = steps.after_acceptance(form)
    return Line(
        title=opinion.title,
        organ=opinion.organ.name if opinion.organ is not None else "",
        author=_author(opinion),
        outcome=form.outcome(opinion.outcome).label,
        mark=MARKS.get(opinion.outcome, "done"),
        text=opinion.text,
        reasons=opinion.reasons,
        values=_values(form, opinion, names),
        checked=tuple(point["label"] for point in opinion.checklist if point["met"]),
        at=opinion.given_at,
        struck=struck,
        basis=None if struck else basis,
    )


def _author(opinion: Opinion) -> str:
    """`B（代A）` when an agent spoke."""
    if opinion.on_behalf_of is None:
        return opinion.author.name
    names = {"agent": opinion.author.name, "principal": opinion.on_behalf_of.name}
    return _("%(agent)s（代%(principal)s）") % names


def _form(application: Application, opinion: Opinion) -> TaskForm:
    """By the form the diagram named when the opinion was given; kept with the opinion."""
    if opinion.form == steps.SIGNERS_FORM:
        return steps.signers_form(opinion.title, consulted=opinion.outcome == ANSWERED)
    return task_form_of(application.program.content, opinion.form, opinion.step)


def _values(form: TaskForm, opinion: Opinion, names: dict[int, str]) -> tuple[Value, ...]:
    shown = []
    for entry in form.fields:
        value: Any = opinion.data.get(entry.key)
        if value in (None, "", []):
            continue
        if entry.type == "people":
            text = _("、").join(names.get(pk, "?") for pk in value)
        else:
            text = display(entry, value)
        shown.append(Value(entry.label, text))
    return tuple(shown)


def reasons_for_applicant(application: Application) -> dict[int, str]:
    """The words of returns and refusals by task: the applicant reads reasons, never names, and
    nothing of what was said inside an office."""
    told = application.opinions.filter(
        outcome__in=["return", "reject", "not_accept"], standings__isnull=True
    )
    told = told.exclude(form=steps.SIGNERS_FORM)
    return {opinion.task_id: _told(opinion) for opinion in told}


def _told(opinion: Opinion) -> str:
    findings = [f"{row['clause']}：{row['finding']}" for row in opinion.reasons]
    return _("；").join(part for part in (opinion.text, *findings) if part)
