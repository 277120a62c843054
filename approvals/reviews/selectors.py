"""What a reviewer reads beside his opinion: the others' opinions, and who may see which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from approvals.applications.forms.values import display
from approvals.applications.models import Application
from approvals.programs.form_schema import TaskForm, task_form_of
from approvals.reviews import steps
from approvals.reviews.models import Opinion
from organizations.models import User
from workflows.models import Task

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


@dataclass(frozen=True, slots=True)
class History:
    """The opinions a person may read; `sealed` when some are kept from him for now."""

    lines: tuple[Line, ...]
    sealed: bool


def history_for(application: Application, user: User, task: Task | None) -> History:
    """All opinions, but for an expert only his own while his panel is open (semantics C0).

    One query, and one for the names of experts chosen in a form.
    """
    opinions: QuerySet[Opinion] = application.opinions.select_related("author", "organ")
    found = list(opinions)
    sealed = task is not None and steps.is_vote(task)
    if sealed:
        found = [opinion for opinion in found if opinion.author_id == user.pk]
    names = _names(found)
    return History(tuple(_line(application, opinion, names) for opinion in found), sealed)


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


def _line(application: Application, opinion: Opinion, names: dict[int, str]) -> Line:
    form = _form(application, opinion)
    return Line(
        title=opinion.title,
        organ=opinion.organ.name if opinion.organ is not None else "",
        author=opinion.author.name,
        outcome=form.outcome(opinion.outcome).label,
        mark=MARKS.get(opinion.outcome, "done"),
        text=opinion.text,
        reasons=opinion.reasons,
        values=_values(form, opinion, names),
        checked=tuple(point["label"] for point in opinion.checklist if point["met"]),
        at=opinion.given_at,
    )


def _form(application: Application, opinion: Opinion) -> TaskForm:
    """By the form the diagram named when the opinion was given; kept with the opinion."""
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
    """The words of returns and refusals by task: the applicant reads reasons, never names."""
    told = application.opinions.filter(outcome__in=["return", "reject", "not_accept"])
    return {opinion.task_id: _told(opinion) for opinion in told}


def _told(opinion: Opinion) -> str:
    findings = [f"{row['clause']}：{row['finding']}" for row in opinion.reasons]
    return _("；").join(part for part in (opinion.text, *findings) if part)
