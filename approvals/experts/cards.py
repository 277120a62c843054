"""What the slice adds to the task page, and what it forbids there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from approvals.applications import veils
from approvals.applications.models import Application
from approvals.experts import blind, gate, selectors, veil
from approvals.experts.policy import panel_of
from approvals.experts.scoring import dispersion
from approvals.reviews import desk, steps
from organizations.models import User
from workflows.models import Task

SHOWS_DRAW = frozenset({"reviewer", "bureau_leader", "bureau"})
"""Roles whose tasks show the draw beside the material."""


def acts(application: Application, task: Task, user: User) -> Sequence[desk.Act]:
    """The draw, on a task that names experts; no query."""
    may = task.is_open and task.owner_id in (None, user.pk)
    if not may or gate.naming_field(application, task) is None:
        return ()
    return (desk.Act(_("随机抽取专家"), reverse("experts:draw", args=[task.pk]), order=30),)


def first_choices(
    application: Application, task: Task, user: User, asked: Mapping[str, str]
) -> Mapping[str, Any]:
    """The people of `?experts=3,5,8` (others than the form offers fall away); a vote's points."""
    if steps.is_vote(task):
        return _score(application, task, user)
    field = gate.naming_field(application, task)
    if field is None or not asked.get(field.key):
        return {}
    numbers = [part for part in asked[field.key].split(",") if part.isdecimal()]
    return {field.key: [number for number in numbers if len(number) <= 18]}


def _score(application: Application, task: Task, user: User) -> Mapping[str, Any]:
    """The sheet's total, as whole points, in the vote's own field."""
    if not panel_of(application).sheet:
        return {}
    sheet = selectors.sheet_of(task, user.pk)
    return {} if sheet is None else {"score": int(sheet.total.quantize(1, ROUND_HALF_UP))}


def draw_wanted(application: Application, task: Task, outcome: str) -> str:
    """Where the program wants a draw, nobody names experts without one."""
    field = gate.naming_field(application, task)
    if field is None or not panel_of(application).required:
        return ""
    asked = field.required or outcome in field.required_for
    if not asked or selectors.panel(selectors.draws_of(application)):
        return ""
    return _("本项目规定随机抽取专家：请先在“其他操作”中完成抽取。")


def stop(application: Application, task: Task, user: User) -> str:
    """An expert declares before he sees the material, and a blind seat has a page of its own; no
    query on other tasks."""
    if steps.is_vote(task) and blind.is_blind(application.program.content):
        return reverse("experts:blind", args=[task.pk])
    if not steps.is_vote(task) or not task.is_open or task.owner_id != user.pk:
        return ""
    if not selectors.must_declare(application, user.pk):
        return ""
    return reverse("experts:declare", args=[task.pk])


def undeclared(application: Application, task: Task, outcome: str) -> str:
    """No vote before the holder of the seat has declared that he has no interest."""
    if not steps.is_vote(task) or not selectors.must_declare(application, task.owner_id):
        return ""
    return _("请先作出利害关系声明，再投票。")


def unfilled(application: Application, task: Task, outcome: str) -> str:
    """No vote before the program's sheet is filled on the present material; an abstention needs
    none."""
    if not steps.casts_vote(task) or outcome == "abstain" or not panel_of(application).sheet:
        return ""
    sheet = None if task.owner_id is None else selectors.sheet_of(task, task.owner_id)
    if sheet is None:
        return _("请先填写评分表，再投票。")
    if sheet.material_version != task.process.material_version:
        return _("申请材料已更新，请按新材料重新填写评分表。")
    return ""


def cards(application: Application, task: Task, user: User) -> Sequence[desk.Card]:
    """The expert's own sheet; for the bureau draw and scores once the vote is closed."""
    if steps.is_vote(task):
        return _own_sheet(application, task, user)
    if task.role not in SHOWS_DRAW:
        return ()
    return (*_drawn(application), *_scores(application))


def _own_sheet(application: Application, task: Task, user: User) -> Sequence[desk.Card]:
    lines = panel_of(application).sheet
    if not lines or task.owner_id != user.pk or steps.is_consulted(task):
        return ()
    sheet = selectors.sheet_of(task, user.pk)
    marks = [(line, sheet.marks.get(line.key, "")) for line in lines] if sheet else []
    facts = {"sheet": sheet, "lines": marks, "task": task, "open": task.is_open}
    return (desk.Card(_("评分表"), "experts/_sheet.html", facts, order=10, blind=True),)


def _drawn(application: Application) -> Sequence[desk.Card]:
    panel = selectors.panel(selectors.draws_of(application))
    if not panel:
        return ()
    facts = {
        "panel": panel,
        "application": application,
        "others": selectors.seated_beside(application, [entry["user"] for entry in panel]),
    }
    return (desk.Card(_("抽取的专家"), "experts/_drawn.html", facts, order=30),)


def _scores(application: Application) -> Sequence[desk.Card]:
    policy = panel_of(application)
    if not policy.sheet or selectors.vote_is_open(application):
        return ()
    sheets = selectors.sheets_of(application)
    spread = dispersion([sheet.total for sheet in sheets], policy.outlier)
    if spread is None:
        return ()
    rows = [
        {
            "name": sheet.expert.name,
            "marks": [(line, sheet.marks.get(line.key, "")) for line in policy.sheet],
            "total": sheet.total,
            "outlier": place in spread.outliers,
        }
        for place, sheet in enumerate(sheets)
    ]
    facts = {"lines": policy.sheet, "rows": rows, "spread": spread, "limit": policy.outlier}
    return (desk.Card(_("专家评分"), "experts/_scores.html", facts, order=31),)


def register_all() -> None:
    """Called once at start-up."""
    desk.register_acts(acts)
    desk.register_cards(cards)
    desk.register_stop(stop)
    veils.register(veil.unopened)
    veils.register(veil.blinded)
    veils.register_mask(blind.seen_on)
    desk.register_objection(undeclared)
    desk.register_objection(unfilled)
    desk.register_first_choices(first_choices)
    desk.register_objection(draw_wanted)
