"""The figure on a page: the server's SVG, which a browser with scripts replaces by the viewer, the
facts of each step as a table, and the same facts as the JSON document the viewer reads.

A document has `marks` (class → ids), `badges` (texts at the corner of a shape), `focus` (the id to
be brought into sight) and `steps` (id → title and lines, each a pair of words).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

import clock
from approvals.pictures import course as courses
from approvals.pictures.course import Course, Visit
from workflows.bpmn.model import ProcessModel
from workflows.bpmn.svg import draw

Line = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """One visit as the table without scripts shows it."""

    title: str
    state: str
    mark: str
    who: str
    began: str
    ended: str


def state_words(state: str) -> str:
    """A visit's state for everybody; a fault is nobody's business but the administrator's."""
    return {
        courses.LIVE_STEP: _("办理中"),
        courses.PARKED: _("系统核查中"),
        courses.DONE: _("已完成"),
        courses.SKIPPED: _("已跳过"),
        courses.CLOSED: _("已结束"),
    }[state]


def moment(at: datetime | None) -> str:
    """Beijing time as pages write it."""
    return at.astimezone(clock.BEIJING).strftime("%Y-%m-%d %H:%M") if at is not None else ""


def document_of(course: Course) -> dict[str, Any]:
    """What the viewer marks, counts and tells of a case."""
    steps: dict[str, dict[str, Any]] = {}
    for visit in course.visits:
        step = steps.setdefault(visit.element, {"title": visit.title, "visits": []})
        step["visits"].append(_lines(visit))
    now = sorted(course.parked) or [
        visit.element for visit in course.visits if visit.element in course.live
    ]
    return {
        "marks": {
            "flow-live": sorted(course.live),
            "flow-parked": sorted(course.parked),
            "flow-done": sorted(course.done),
            "flow-skipped": sorted(course.skipped),
        },
        "badges": [
            {"element": element, "text": text, "title": _("已办理 %s") % text}
            for element, text in sorted(course.counts.items())
        ],
        "focus": now[0] if now else None,
        "steps": steps,
    }


def _lines(visit: Visit) -> list[Line]:
    lines: list[Line] = [(_("状态"), state_words(visit.state))]
    lines.append((_("办理单位"), _organs(visit)))
    lines.append((_("办理人"), _("、").join(visit.people)))
    lines.append((_("席位"), visit.seats))
    lines.append((_("开始时间"), moment(visit.entered_at)))
    lines.append((_("结束时间"), moment(visit.finished_at)))
    return [(label, text) for label, text in lines if text]


def _organs(visit: Visit) -> str:
    return _("系统自动办理") if visit.automatic else _("、").join(visit.organs)


def _row(visit: Visit) -> Row:
    who = " ".join(
        part for part in (_organs(visit), _("、").join(visit.people), visit.seats) if part
    )
    mark = {courses.LIVE_STEP: "tag-live", courses.PARKED: "tag-warn", courses.DONE: "tag-ok"}
    return Row(
        title=visit.title,
        state=state_words(visit.state),
        mark=mark.get(visit.state, ""),
        who=who,
        began=moment(visit.entered_at),
        ended=moment(visit.finished_at),
    )


def case_figure(model: ProcessModel, course: Course, *, source: str, facts: str) -> SafeString:
    """The figure of a case; `source` and `facts` are the addresses of its two documents."""
    picture = draw(
        model,
        live=course.live | course.parked,
        done=course.done,
        skipped=course.skipped,
        counts=course.counts,
    )
    return _rendered(picture, source, facts, rows=[_row(visit) for visit in course.visits])


def flow_figure(
    model: ProcessModel, *, source: str, facts: str, counts: Mapping[str, str]
) -> SafeString:
    """The figure of a version without a case; `counts` are the badges of the checks."""
    return _rendered(draw(model, counts=counts), source, facts, rows=[])


def _rendered(picture: str, source: str, facts: str, *, rows: Sequence[Row]) -> SafeString:
    """Our own writer escapes every label and emits no script or style: safe to embed."""
    context = {
        "picture": mark_safe(picture),  # noqa: S308 - our own SVG writer escapes
        "source": source,
        "facts": facts,
        "rows": rows,
    }
    return render_to_string("pictures/figure.html", context)
