"""What the words of a search name: programs, counties, phases, days."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import TypeVar

from django.utils.translation import gettext as _

import clock
from approvals.applications.phases import CLOSED_PHASES, DRAFT, PHASE_LABELS
from approvals.programs.models import Program
from approvals.worklist.language import Term
from organizations.models import Organ
from workflows.calendar import Workday, stored_days

T = TypeVar("T")
FARTHEST = 250
"""Working days a search may look ahead."""
_RELATION = re.compile(r"(?P<sign>[<>]=?|=)?(?P<what>\d{1,4}|\d{4}-\d{1,2}-\d{1,2})")
_LATE = frozenset({"逾期", "已逾期", "overdue", "late"})
_NONE = frozenset({"无", "none"})


class NameUnknown(Exception):
    """A value names nothing; the sentence says what there is."""


@dataclass(frozen=True, slots=True)
class Span:
    """Moments of `due_at` (after, until]; `dated` False = tasks without a deadline."""

    after: datetime | None = None
    until: datetime | None = None
    dated: bool = True


class Vocabulary:
    """The names of one request: each list is read once, when a search first asks for it."""

    @cached_property
    def programs(self) -> list[tuple[int, str, str]]:
        """(number, code, title) of every version; one query."""
        rows = Program.objects.order_by("city", "code", "-version")
        return list(rows.values_list("pk", "code", "title"))

    @cached_property
    def counties(self) -> list[tuple[int, str, str, str]]:
        """(number, key, name, short name) of counties and zones; one query."""
        rows = Organ.objects.filter(kind__in=("county", "zone")).order_by("city", "key")
        return list(rows.values_list("pk", "key", "name", "short_name"))

    @cached_property
    def workday(self) -> Workday:
        """The calendar as far as a search may look; one query."""
        today = clock.today()
        return stored_days(today, today + timedelta(days=2 * FARTHEST))

    def program_ids(self, term: Term) -> tuple[int, ...]:
        """By code, or by a part of the title."""
        return _each(term, self._programs_named, _("可写项目代码或名称中的几个字"))

    def _programs_named(self, value: str) -> list[int]:
        exact = [pk for pk, code, _title in self.programs if code.lower() == value.lower()]
        return exact or [pk for pk, _code, title in self.programs if value in title]

    def county_ids(self, term: Term) -> tuple[int, ...]:
        """By a part of the name, or by the key."""
        known = "、".join(dict.fromkeys(short or name for _pk, _key, name, short in self.counties))
        return _each(term, self._counties_named, _("可写：%s") % known)

    def _counties_named(self, value: str) -> list[int]:
        return [
            pk
            for pk, key, name, short in self.counties
            if value in name or value in short or value.lower() == key
        ]

    def phases(self, term: Term) -> tuple[str, ...]:
        """Phases an open case can be in, by a part of the label or by the key."""
        open_phases = {
            key: str(label)
            for key, label in PHASE_LABELS.items()
            if key not in CLOSED_PHASES and key != DRAFT
        }

        def named(value: str) -> list[str]:
            return [key for key, label in open_phases.items() if value == key or value in label]

        found = _each(term, named, _("可写：%s") % "、".join(open_phases.values()))
        return (*found, "") if "submitted" in found else found

    def span(self, term: Term) -> Span:
        """`<3` working days left, `逾期`, `无`, or a day; several hold at once: `>2,<6`."""
        found = Span()
        for value in term.values:
            found = _both(found, self._one_span(term, value))
        return found

    def _one_span(self, term: Term, value: str) -> Span:
        if value in _LATE:
            return Span(until=_midnight(clock.today()))
        if value in _NONE:
            return Span(dated=False)
        relation = _RELATION.fullmatch(value)
        first = self._first_day(relation["what"]) if relation else None
        if relation is None or first is None:
            raise NameUnknown(
                _("“%(term)s”看不明白：可写 到期:<3（剩余工作日，最多 %(most)d）、到期:逾期、"
                  "到期:无 或 到期:<2026-12-31。")
                % {"term": term.raw, "most": FARTHEST}
            )  # fmt: skip
        begin, end = (_midnight(day) for day in first)
        sign = relation["sign"] or "="
        return {
            "<": Span(until=begin),
            "<=": Span(until=end),
            ">": Span(after=end),
            ">=": Span(after=begin),
            "=": Span(after=begin, until=end),
        }[sign]

    def _first_day(self, what: str) -> tuple[date, date] | None:
        """The first last-day that leaves so many working days, and the first that leaves more."""
        if "-" in what:
            try:
                day = date(*map(int, what.split("-")))
            except ValueError:
                return None
            return day, day + timedelta(days=1)
        days = int(what)
        if days > FARTHEST:
            return None
        begin = clock.today() if days == 0 else self._workday_ahead(days)
        return begin, self._workday_ahead(days + 1)

    def _workday_ahead(self, count: int) -> date:
        day = clock.today()
        while count:
            day += timedelta(days=1)
            count -= self.workday(day)[0]
        return day


def _midnight(day: date) -> datetime:
    """A last day before `day` means a deadline at or before this moment."""
    return datetime.combine(day, time.min, clock.BEIJING)


def _both(one: Span, other: Span) -> Span:
    afters = [span.after for span in (one, other) if span.after is not None]
    untils = [span.until for span in (one, other) if span.until is not None]
    return replace(
        one,
        after=max(afters, default=None),
        until=min(untils, default=None),
        dated=one.dated and other.dated,
    )


def _each(term: Term, named: Callable[[str], Sequence[T]], ways: str) -> tuple[T, ...]:
    """What every value names, doubles once. Raises NameUnknown for a value that names nothing."""
    found: dict[T, None] = {}
    for value in term.values:
        named_by_it = named(value)
        if not named_by_it:
            told = {"term": term.raw, "value": value, "ways": ways}
            raise NameUnknown(_("“%(term)s”中的“%(value)s”没有找到。%(ways)s。") % told)
        found.update(dict.fromkeys(named_by_it))
    return tuple(found)
