"""The draw's writes: promise, reveal, give up, record a replacement. Order of locks: process, case,
draw."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

import clock
from approvals.applications.acts import already_done, remember
from approvals.applications.errors import WrongStateError
from approvals.applications.models import Application
from approvals.experts import drawing, gate
from approvals.experts.models import Draw, Replacement
from approvals.experts.policy import MOST, panel_of
from approvals.experts.pooling import hindered, snapshot
from journal.services import record
from organizations.models import User

SEED_BYTES = 32


@transaction.atomic
def commit(
    task_id: int,
    *,
    actor: User,
    key: str,
    expected_version: int,
    size: int,
    specialties: Sequence[str] = (),
) -> Draw:
    """Promises a secret (journalled), then freezes the pool with the grounds of exclusion.

    Raises OperationError of the engine; WrongStateError draw_open, already_drawn (a second draw
    only when no substitute is left), bad_size, pool_too_small.
    """
    seat = gate.seat_of(task_id, actor=actor, key=key, expected_version=expected_version)
    case = seat.application
    payload = {"size": size, "specialties": sorted(specialties)}
    if already_done(case, key, "commit_draw", payload):
        return Draw.objects.filter(application=case).latest("number")
    _may_begin(case, size)
    draw = _promised(case, actor, size, specialties)
    told = {"draw": draw.number, "commitment": draw.commitment, **payload}
    record(case.stream, "draw_committed", actor=actor, data=told)
    draw.pool = snapshot(case, draw.constraints)
    draw.pool_sha256 = drawing.pool_sha256(draw.pool)
    _enough(draw)
    draw.save(update_fields=["pool", "pool_sha256"])
    frozen = {"draw": draw.number, "pool_sha256": draw.pool_sha256, "experts": len(draw.pool)}
    record(case.stream, "draw_pool_frozen", actor=actor, data=frozen)
    remember(case, key, "commit_draw", payload)
    return draw


def _may_begin(case: Application, size: int) -> None:
    least = panel_of(case).size
    if not min(least, MOST) <= size <= MOST:
        raise WrongStateError(
            _("抽取人数应为%(least)d至%(most)d人。") % {"least": least, "most": MOST},
            code="bad_size",
        )
    last = Draw.objects.filter(application=case, voided_at=None).order_by("number").last()
    if last is None:
        return
    if last.is_open:
        raise WrongStateError(_("已有一次抽取尚未揭示，请先揭示或者作废。"), code="draw_open")
    if not last.replacements.filter(came=None).exists():
        raise WrongStateError(
            _("本件已经抽取过专家；有人退出时按候补顺序递补，候补用尽方可再次抽取。"),
            code="already_drawn",
        )


def _promised(case: Application, actor: User, size: int, specialties: Sequence[str]) -> Draw:
    policy = panel_of(case)
    seed = secrets.token_bytes(SEED_BYTES).hex()
    return Draw.objects.create(
        application=case,
        number=Draw.objects.filter(application=case).count() + 1,
        size=size,
        constraints={
            "specialties": sorted(specialties),
            "region": policy.region,
            "county": case.county.key if case.county is not None else "",
            "one_per_employer": policy.one_per_employer,
        },
        secret=seed,
        commitment=drawing.commitment_of(seed),
        committed_at=clock.now(),
        by=actor,
    )


def _enough(draw: Draw) -> None:
    free = [entry for entry in draw.pool if not entry["excluded"]]
    seats = {entry["employer"] for entry in free} if _spread(draw) else free
    if len(seats) < draw.size:
        raise WrongStateError(
            _("符合条件的专家只够 %(found)d 席，少于 %(size)d 席：请放宽专业领域或者补充专家库。")
            % {"found": len(seats), "size": draw.size},
            code="pool_too_small",
        )


def _spread(draw: Draw) -> bool:
    return bool(draw.constraints["one_per_employer"])


@transaction.atomic
def reveal(task_id: int, *, actor: User, key: str, expected_version: int) -> Draw:
    """Shows the seed and draws, if the pool is still the frozen one.

    Raises OperationError; WrongStateError no_open_draw, pool_changed (nothing is shown).
    """
    seat = gate.seat_of(task_id, actor=actor, key=key, expected_version=expected_version)
    case = seat.application
    if already_done(case, key, "reveal_draw", {}):
        return Draw.objects.filter(application=case, drawn_at__isnull=False).latest("number")
    draw = _open_draw(case)
    now_there = drawing.pool_sha256(snapshot(case, draw.constraints))
    if not draw.pool_sha256 == now_there == drawing.pool_sha256(draw.pool):
        raise WrongStateError(
            _("承诺之后专家库或者回避情形有变动，与冻结的快照不符：请作废本次抽取并重新开始。"),
            code="pool_changed",
        )
    result = drawing.draw(draw.pool, draw.secret, draw.size, one_per_employer=_spread(draw))
    draw.drawn, draw.substitutes = list(result.drawn), list(result.substitutes)
    draw.drawn_at = clock.now()
    draw.save(update_fields=["drawn", "substitutes", "drawn_at"])
    told = {
        "draw": draw.number,
        "seed": draw.seed,
        "drawn": draw.drawn,
        "substitutes": draw.substitutes,
    }
    record(case.stream, "draw_revealed", actor=actor, data=told)
    remember(case, key, "reveal_draw", {})
    return draw


@transaction.atomic
def void(task_id: int, *, actor: User, key: str, expected_version: int, reason: str) -> Draw:
    """Gives up a draw that is not revealed: its secret is never shown, so nobody can choose among
    results. Raises OperationError; WrongStateError no_open_draw, reason_missing."""
    seat = gate.seat_of(task_id, actor=actor, key=key, expected_version=expected_version)
    case, payload = seat.application, {"reason": reason.strip()}
    if already_done(case, key, "void_draw", payload):
        return Draw.objects.filter(application=case, voided_at__isnull=False).latest("number")
    draw = _open_draw(case)
    if not reason.strip():
        raise WrongStateError(_("请写明作废的原因。"), code="reason_missing")
    draw.voided_at, draw.void_reason = clock.now(), reason.strip()[:200]
    draw.save(update_fields=["voided_at", "void_reason"])
    record(case.stream, "draw_voided", actor=actor, data={"draw": draw.number, **payload})
    remember(case, key, "void_draw", payload)
    return draw


def _open_draw(case: Application) -> Draw:
    draw = (
        Draw.objects.select_for_update()
        .filter(application=case, drawn_at=None, voided_at=None)
        .first()
    )
    if draw is None:
        raise WrongStateError(_("没有待揭示的抽取。"), code="no_open_draw")
    return draw


def replaced(
    case: Application,
    left: int,
    *,
    actor: User | None,
    reason: str,
    seated: Collection[int] = (),
) -> Replacement | None:
    """Writes the replacement in the caller's transaction; None when `left` is on no panel.

    A substitute with a tie, a recusal, no post any more or a seat already (`seated`: users) is
    passed over, and the row says why.
    """
    draw: Draw | None = None
    for made in Draw.objects.filter(application=case, drawn_at__isnull=False).order_by("number"):
        if left in made.panel:
            draw = made
    if draw is None:
        return None
    came, passed = next_of(case, draw, left, seated)
    row = Replacement.objects.create(
        draw=draw,
        left=left,
        came=came,
        passed=passed,
        reason=reason,
        by=actor,
        at=clock.now(),
    )
    told: dict[str, Any] = {"draw": draw.number, "left": left, "came": came, "reason": reason}
    if passed:
        told["passed"] = passed
    record(case.stream, "expert_replaced", actor=actor, data=told)
    return row


def next_of(
    case: Application, draw: Draw, left: int, seated: Collection[int]
) -> tuple[int | None, list[dict[str, Any]]]:
    """The substitute whose turn it is when `left` leaves, None when nobody can come; and who is
    passed over for him. Nothing is written; six queries."""
    used = {row.came for row in draw.replacements.all() if row.came}
    unfit = hindered(case, draw, seated)
    came = drawing.next_substitute(
        draw.pool,
        draw.substitutes,
        staying=[number for number in draw.panel if number != left],
        used=used,
        one_per_employer=_spread(draw),
        passed=unfit,
    )
    before = draw.substitutes[: draw.substitutes.index(came)] if came else draw.substitutes
    passed = [
        {"id": number, "grounds": unfit[number]}
        for number in before
        if number in unfit and number not in used
    ]
    return came, passed
