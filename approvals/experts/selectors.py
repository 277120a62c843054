"""Reads of the experts slice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from approvals.applications.models import Application
from approvals.experts.models import Declaration, Draw, ExpertProfile, Replacement, ScoreSheet
from approvals.experts.policy import panel_of
from approvals.experts.pooling import words
from approvals.reviews import steps
from organizations.models import Organ, User
from organizations.permissions import Permission, cities_where
from workflows.models import LIVE, Task
from workflows.nodes.ballot import LEFT
from workflows.nodes.seat import WEIGHT
from workflows.seating import SeatState, state_of

PAGE_SIZE = 50
_UNDONE = frozenset({"returned", "retracted"})
"""Outcomes of a panel that was left without coming to its end."""


def readable_cities(user: User) -> frozenset[str]:
    """Cities whose pool he may read: readers of the register, keepers of people; 2 queries."""
    return cities_where(user, Permission.READ_REGISTER) | cities_where(
        user, Permission.MANAGE_PEOPLE
    )


def experts_in(cities: frozenset[str], *, text: str = "", closed: bool = False) -> QuerySet[Any]:
    """Entries of these cities' pools, by number; `text` looks in name and employer."""
    found = (
        ExpertProfile.objects.filter(pool__city__in=cities, active_to__isnull=not closed)
        .select_related("user", "region", "pool")
        .order_by("pk")
    )
    if text:
        found = found.filter(Q(user__name__icontains=text) | Q(employer__icontains=text))
    return found


def pools_kept_by(user: User) -> QuerySet[Organ]:
    """Pools he may add experts to."""
    cities = cities_where(user, Permission.MANAGE_PEOPLE)
    return Organ.objects.filter(city__in=cities, kind="expert_pool", valid_to=None).order_by("key")


def draws_of(application: Application) -> list[Draw]:
    """Every draw of the case in order, with its replacements; two queries."""
    return list(
        Draw.objects.filter(application=application)
        .select_related("by")
        .prefetch_related("replacements__by")
        .order_by("number")
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of a pool as the result page shows it."""

    entry: Mapping[str, Any]
    status: str
    """`drawn`, `came`, `left`, `substitute`, `excluded`, or "" before the draw."""
    place: int | None
    """1 = first drawn, or first substitute."""
    grounds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A draw for the page: the drawn first, then substitutes in order, then who was left out."""

    draw: Draw
    lines: tuple[Line, ...]
    replacements: tuple[tuple[Replacement, str, str, tuple[str, ...]], ...]
    """(row, name of who left, name of who came or empty, who was passed over and why)."""


def shown(draw: Draw) -> Shown:
    """From the frozen pool alone; no query beyond the prefetched replacements."""
    rows = list(draw.replacements.all())
    left, came = {row.left for row in rows}, {row.came for row in rows}
    places = {number: place for place, number in enumerate(draw.drawn, 1)}
    places |= {number: place for place, number in enumerate(draw.substitutes, 1)}

    def status(entry: Mapping[str, Any]) -> str:
        number = entry["id"]
        if entry["excluded"]:
            return "excluded"
        if number in left:
            return "left"
        if number in came:
            return "came"
        if number in draw.drawn:
            return "drawn"
        return "substitute" if draw.drawn_at is not None else ""

    lines = [
        Line(entry, status(entry), places.get(entry["id"]), tuple(map(words, entry["excluded"])))
        for entry in draw.pool
    ]
    lines.sort(key=lambda line: _rank(line, draw))
    names = {entry["id"]: entry["name"] for entry in draw.pool}
    replaced = tuple(
        (row, names.get(row.left, ""), names.get(row.came or 0, ""), _passed(row, names))
        for row in rows
    )
    return Shown(draw, tuple(lines), replaced)


def _passed(row: Replacement, names: Mapping[int, str]) -> tuple[str, ...]:
    return tuple(
        f"{names.get(one['id'], '')}（{'；'.join(map(words, one['grounds']))}）"
        for one in row.passed
    )


def _rank(line: Line, draw: Draw) -> tuple[int, int]:
    number = line.entry["id"]
    group = 2 if line.grounds else 0 if number in draw.drawn else 1
    return group, line.place or number


def panel(draws: Sequence[Draw]) -> list[Mapping[str, Any]]:
    """Entries who sit by the case's draws now, in order."""
    found: list[Mapping[str, Any]] = []
    for draw in draws:
        if draw.drawn_at is None:
            continue
        entries = {entry["id"]: entry for entry in draw.pool}
        found += [entries[number] for number in draw.panel]
    return found


def exported(application: Application, draws: Sequence[Draw]) -> dict[str, Any]:
    """What docs/recompute_draw.py reads: revealed draws with everything they rest on."""
    return {
        "application": application.number,
        "rule": "sha256(seed ':' id), smallest first",
        "draws": [
            {
                "number": draw.number,
                "size": draw.size,
                **draw.constraints,
                "commitment": draw.commitment,
                "committed_at": draw.committed_at.isoformat(),
                "pool_sha256": draw.pool_sha256,
                "pool": draw.pool,
                "seed": draw.seed,
                "drawn_at": draw.drawn_at.isoformat() if draw.drawn_at is not None else "",
                "drawn": draw.drawn,
                "substitutes": draw.substitutes,
                "replacements": [
                    {
                        "left": row.left,
                        "came": row.came,
                        "passed": [one["id"] for one in row.passed],
                        "reason": row.reason,
                    }
                    for row in draw.replacements.all()
                ],
            }
            for draw in draws
            if draw.drawn_at is not None
        ],
    }


def declaration_of(application: Application, user_id: int) -> Declaration | None:
    """What this person has declared in the case."""
    return Declaration.objects.filter(application=application, user_id=user_id).first()


def must_declare(application: Application, user_id: int | None) -> bool:
    """Does the case ask its experts for a declaration (by the program, or because they were
    drawn), and has this one given none? Two queries."""
    if user_id is None:
        return False
    asked = (
        panel_of(application).declaration
        or Draw.objects.filter(application=application, drawn_at__isnull=False).exists()
    )
    return asked and declaration_of(application, user_id) is None


def sheet_of(task: Task, user_id: int) -> ScoreSheet | None:
    """The last sheet of this vote; one query."""
    return ScoreSheet.objects.filter(task_id=task.pk, expert_id=user_id).order_by("pk").last()


def sheets_of(application: Application) -> list[ScoreSheet]:
    """The sheets that count: the last of each vote that was cast, by expert; two queries."""
    cast = application.opinions.filter(role="expert").values("task_id")
    last: dict[int, ScoreSheet] = {}
    found = ScoreSheet.objects.filter(application=application, task_id__in=cast)
    for row in found.select_related("expert").order_by("pk"):
        last[row.task_id] = row
    return list(last.values())


def vote_is_open(application: Application) -> bool:
    """Does an expert's seat of the case still wait? One query."""
    waiting = Task.objects.filter(process_id=application.process_id, role="expert", is_open=True)
    return bool(waiting.exists())


def closed_panel(application: Application) -> Task | None:
    """The row of the case's last panel when it has come to its end; None while it is at work or
    waits for a replacement, and when the case was sent back out of it. One query."""
    seats = Task.objects.filter(
        process_id=application.process_id, role="expert", parent__flow_task_type="HUMAN"
    )
    seat = seats.select_related("parent").order_by("-parent_id").first()
    body: Task | None = seat.parent if seat is not None else None
    if body is None or body.status in LIVE or body.outcome in _UNDONE:
        return None
    return body


@dataclass(frozen=True, slots=True)
class PanelSeat:
    """One seat for the bureau's page: who, and how far he is; never his vote."""

    number: int
    name: str
    state: str
    mark: str
    weight: int | None
    """What his vote weighs; None where each seat is one vote."""


def seats_of_panel(application: Application) -> list[PanelSeat]:
    """The seats of the panel's last visit in their order, also those that were left; one query."""
    rows = Task.objects.filter(process=application.process_id, role="expert")
    seats = [row for row in rows.select_related("owner").order_by("pk") if steps.casts_vote(row)]
    last = max((row.parent_id or 0 for row in seats), default=0)
    of_last = [row for row in seats if row.parent_id == last]
    of_last.sort(key=lambda row: (row.data["seat"], row.pk))
    return [_panel_seat(row) for row in of_last]


def _panel_seat(row: Task) -> PanelSeat:
    words = {
        SeatState.OPEN: (_("评审中"), "tag-live"),
        SeatState.WAITING: (_("等待受委派专家答复"), "tag-warn"),
        SeatState.ACTED: (_("已投票"), "tag-ok"),
        SeatState.SKIPPED: (_("无需投票"), ""),
        SeatState.RECUSED: (_("已回避"), "tag-warn"),
        SeatState.ANNULLED: (_("已回避，投票作废"), "tag-warn"),
    }
    closed = _("已退出") if row.outcome == LEFT else _("已关闭")
    state, mark = words.get(state_of(row), (closed, ""))
    name = row.owner.name if row.owner is not None else ""
    return PanelSeat(int(row.data["seat"]) + 1, name, state, mark, row.data.get(WEIGHT))


def seated_beside(application: Application, drawn: Sequence[int]) -> list[str]:
    """Names of experts who hold or held a vote without having been drawn; one query."""
    seats = Task.objects.filter(process_id=application.process_id, role="expert")
    people = seats.exclude(owner_id__in=drawn).exclude(owner=None).select_related("owner")
    return sorted({seat.owner.name for seat in people if not steps.is_consulted(seat)})
