"""The clock in sentences: why this day and no other, with the legal basis of each part."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from approvals.deadlines.ledger import DayKind, Entry, Mark, Reckoning
from approvals.deadlines.statutory import Event, Rule
from workflows.calendar import holiday_name


def unit_label(rule: Rule) -> str:
    """What is counted."""
    return _("个工作日") if rule.unit == "workdays" else _("日")


def basis_of(event: Event, rule: Rule) -> str:
    """The legal basis of a pause: what its act names, else what the rule names."""
    return event.basis or rule.pauses.get(event.kind, "")


def pause_sentence(event: Event, rule: Rule) -> str:
    """Why the clock stands still."""
    words = {"why": event.reason, "basis": basis_of(event, rule)}
    return _("因%(why)s，所需时间不计入办理期限（%(basis)s）") % words


def because(found: Reckoning, rule: Rule) -> list[str]:
    """The sentences that lead to the last day; empty when nothing has begun."""
    return list(_because(found, rule)) if found.start is not None else []


def _because(found: Reckoning, rule: Rule) -> Iterator[str]:
    start = found.start.isoformat() if found.start is not None else ""
    words = {"start": start, "days": rule.days, "unit": unit_label(rule), "basis": rule.basis}
    yield (
        _("%(start)s起算，当日不计入，次日为第1日；期限为%(days)s%(unit)s（%(basis)s）。") % words
        if rule.first == "next"
        else _("%(start)s起算，当日计入；期限为%(days)s%(unit)s（%(basis)s）。") % words
    )
    if rule.unit == "workdays":
        yield _("周末和法定节假日不计入，调休上班日计入。")
    yield from _pauses(found, rule)
    if found.extended_by:
        words = {"days": found.extended_by, "basis": rule.extension_basis}
        yield _("经批准延长%(days)s个工作日（%(basis)s）。") % words
    if found.due is not None:
        yield _("据此，法定办结日期为%(due)s。") % {"due": found.due.isoformat()}
    else:
        yield _("期限现暂停计算，恢复计算后确定法定办结日期。")
    if found.provisional:
        yield _("其中有的日子国务院办公厅尚未公布放假安排，暂按周末休息推算，公布后自动重新计算。")


def _pauses(found: Reckoning, rule: Rule) -> Iterator[str]:
    seen: list[Event] = []
    for entry in found.ledger:
        if entry.pause is not None and entry.pause not in seen:
            seen.append(entry.pause)
    for pause in seen:
        days = [entry.day for entry in found.ledger if entry.pause == pause]
        words = {
            "why": pause.reason,
            "first": days[0].isoformat(),
            "last": days[-1].isoformat(),
            "count": sum(entry.works for entry in found.ledger if entry.pause == pause),
            "basis": basis_of(pause, rule),
        }
        if pause.until is None:
            yield _("%(first)s起因%(why)s暂停计算（%(basis)s）。") % words
        else:
            yield (
                _("%(first)s至%(last)s因%(why)s不计入（%(basis)s），其中工作日%(count)s个。")
                % words
            )


def day_words(entry: Entry) -> str:
    """What a cell of the calendar says under the number, three or four characters."""
    if entry.mark is Mark.EVENT_DAY:
        return _("起算日")
    if entry.mark is Mark.PAUSED:
        return _("暂停")
    if entry.mark is Mark.RESTING:
        name = holiday_name(entry.day)
        return name or (_("周末") if entry.kind is DayKind.WEEKEND else _("休"))
    return _("第%(number)s日") % {"number": entry.number}


def why(entry: Entry, rule: Rule) -> str:
    """The same as a full sentence, for the title of the cell and for who listens."""
    if entry.mark is Mark.EVENT_DAY:
        return _("起算当日，不计入")
    if entry.pause is not None:
        return pause_sentence(entry.pause, rule)
    if entry.mark is Mark.RESTING:
        return _why_resting(entry)
    return _why_counted(entry) % {"number": entry.number}


def _why_resting(entry: Entry) -> str:
    if entry.provisional:
        return _("休息日（暂定），不计入")
    return _("周末，不计入") if entry.kind is DayKind.WEEKEND else _("法定节假日，不计入")


def _why_counted(entry: Entry) -> str:
    if entry.late:
        return _("已超过期限，第%(number)s日")
    if entry.provisional:
        return _("计入，第%(number)s日（工作日为暂定）")
    if entry.kind is DayKind.MAKE_UP:
        return _("调休上班，计入，第%(number)s日")
    if entry.extended:
        return _("延长期限内，计入，第%(number)s日")
    return _("计入，第%(number)s日")
