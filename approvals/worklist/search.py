"""From a search's terms to what the queue looks for; the same for list, count, export and bulk."""

from __future__ import annotations

import re
from collections.abc import Sequence, Sized
from dataclasses import replace

from django.utils.translation import gettext as _

from approvals.applications.models import Application
from approvals.experts.blind import blind_programs
from approvals.worklist.language import SearchRefused, Term, parse
from approvals.worklist.vocabulary import NameUnknown, Vocabulary
from organizations.models import Organ, User
from organizations.positions import Position, positions
from organizations.roles import Role
from workflows.queue import Filter
from workflows.ranges import CASES, Part, run

_APPLICATION = Application._meta.db_table
_ORGAN = Organ._meta.db_table
_USER = User._meta.db_table
_NUMBER = re.compile(r"[A-Z]{1,10}-\w{1,20}-\d{4}-\d{4,}", re.ASCII)
_OF_CASE = f"EXISTS (SELECT 1 FROM {_APPLICATION} a WHERE a.process_id = t.process_id AND "  # noqa: S608 - our own table names
_OF_PARTY = f"EXISTS (SELECT 1 FROM {_ORGAN} o WHERE o.id = p.party_id AND "  # noqa: S608
_NAMED = "LOWER(o.name) LIKE %s ESCAPE '!'"
_NUMBERED = "LOWER(a.number) LIKE %s ESCAPE '!'"
_ME = frozenset({"我", "本人", "me"})
_NOBODY = frozenset({"无", "未认领", "none"})


class Search:
    """One search of one person. Raises SearchRefused for what cannot be understood.

    `found` is what the queue looks for. `narrow()` makes it start from the cases the search names
    when these are few: one statement, for lists only.
    """

    def __init__(
        self,
        text: str,
        user: User,
        names: Vocabulary | None = None,
        held: Sequence[Position] | None = None,
    ) -> None:
        self.text = text.strip()
        self.user = user
        self.held = held
        self.names = names or Vocabulary()
        self.found = Filter()
        self._candidates: list[Part] = []
        faults = []
        for term in parse(text):
            try:
                getattr(self, f"_{term.key or 'text'}")(term)
            except NameUnknown as unknown:
                faults.append(str(unknown))
        if faults:
            raise SearchRefused(faults)

    def narrow(self) -> Filter:
        """The filter, with the cases it names when one of its terms names at most CASES."""
        if not self._candidates:
            return self.found
        branches = [
            Part(f"SELECT {place}, s.process_id FROM (")  # noqa: S608 - a number
            + part
            + Part(" LIMIT %s) s", (CASES + 1,))
            for place, part in enumerate(self._candidates)
        ]
        groups: dict[int, set[int]] = {place: set() for place in range(len(branches))}
        for place, process in run(" UNION ALL ".join(part.text for part in branches), branches):
            groups[place].add(process)
        fewest = min(groups.values(), key=len)
        if len(fewest) > CASES:
            return self.found
        return replace(self.found, processes=tuple(sorted(fewest)))

    def _and(self, text: str, *values: object) -> None:
        self.found = replace(self.found, condition=self.found.condition.and_(text, *values))

    def _starting_from(self, text: str, *values: object) -> None:
        """A term that an index of the applications answers; the plus keeps SQLite from walking
        along the processes instead."""
        cases = f"SELECT a.process_id FROM {_APPLICATION} a WHERE +a.process_id IS NOT NULL AND "  # noqa: S608 - our own table names
        self._candidates.append(Part(cases + text, values))

    def _program(self, term: Term) -> None:
        ids = self.names.program_ids(term)
        self._and(f"{_OF_CASE}a.program_id IN ({_marks(ids)}))", *ids)
        self._starting_from(f"a.program_id IN ({_marks(ids)})", *ids)

    def _not_blind(self) -> None:
        """What would tell who has applied finds no blind seats: a search must not be an oracle.
        One query, for experts only (`held`: the person's posts, where the caller has read them)."""
        posts = positions(self.user) if self.held is None else self.held
        if not any(post.role == Role.EXPERT for post in posts):
            return
        ids = sorted(blind_programs())
        if ids:
            seats = f"t.role = %s AND {_OF_CASE}a.program_id IN ({_marks(ids)}))"
            self._and(f"NOT ({seats})", Role.EXPERT.value, *ids)

    def _county(self, term: Term) -> None:
        self._not_blind()
        ids = self.names.county_ids(term)
        self._and(f"p.county_id IN ({_marks(ids)})", *ids)
        self._starting_from(f"a.county_id IN ({_marks(ids)})", *ids)

    def _phase(self, term: Term) -> None:
        phases = self.names.phases(term)
        self._and(f"p.phase IN ({_marks(phases)})", *phases)

    def _due(self, term: Term) -> None:
        span = self.names.span(term)
        if not span.dated and (span.after or span.until):
            self._and("1 = 0")
        self.found = replace(
            self.found, due_from=span.after, due_until=span.until, dated=span.dated
        )

    def _holder(self, term: Term) -> None:
        if len(term.values) == 1 and term.values[0].lower() in _ME:
            self.found = replace(self.found, holder=self.user.pk)
        elif len(term.values) == 1 and term.values[0].lower() in _NOBODY:
            self.found = replace(self.found, holder=0)
        elif any(value.lower() in _ME | _NOBODY for value in term.values):
            raise NameUnknown(_("“%s”：我、无 不能与其他姓名并列，请分开查找。") % term.raw)
        else:
            named = " OR ".join(["u.name LIKE %s ESCAPE '!'"] * len(term.values))
            holders = f"SELECT u.id FROM {_USER} u WHERE {named}"  # noqa: S608 - our own table names
            self._and(f"t.owner_id IN ({holders})", *(_part(value) for value in term.values))

    def _applicant(self, term: Term) -> None:
        self._not_blind()
        named = " OR ".join([_NAMED] * len(term.values))
        parts = [_part(value) for value in term.values]
        self._and(f"{_OF_PARTY}({named}))", *parts)
        self._starting_from(_by_applicant(named), *parts)

    def _number(self, term: Term) -> None:
        numbers = [value.upper() for value in term.values]
        if all(_NUMBER.fullmatch(number) for number in numbers):
            self._and(f"{_OF_CASE}a.number IN ({_marks(numbers)}))", *numbers)
            self._starting_from(f"a.number IN ({_marks(numbers)})", *numbers)
            return
        asked = " OR ".join([_NUMBERED] * len(numbers))
        self._and(f"{_OF_CASE}({asked}))", *(_part(number) for number in numbers))

    def _text(self, term: Term) -> None:
        """A full number is that case; ASCII is looked for in number and name; other text in the
        applicant's name."""
        if all(_NUMBER.fullmatch(value.upper()) for value in term.values):
            self._number(term)
        elif all(value.isascii() for value in term.values):
            self._not_blind()
            parts = [_part(value) for value in term.values]
            either = f"{_OF_CASE}({' OR '.join([_NUMBERED] * len(parts))}))"
            named = f"{_OF_PARTY}({' OR '.join([_NAMED] * len(parts))}))"
            self._and(f"({either} OR {named})", *parts, *parts)
        else:
            self._applicant(term)


def _marks(values: Sized) -> str:
    return ", ".join(["%s"] * len(values))


def _part(value: str) -> str:
    """The value anywhere in a text; its own % and _ are letters."""
    for letter in "!%_":
        value = value.replace(letter, f"!{letter}")
    return f"%{value.lower()}%"


def _by_applicant(named: str) -> str:
    kind = "o.kind = 'applicant'"
    return f"a.applicant_id IN (SELECT o.id FROM {_ORGAN} o WHERE {kind} AND ({named}))"  # noqa: S608 - our own table names
