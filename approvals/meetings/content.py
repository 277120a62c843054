"""The minutes as a content document (docs/notices.md): what was said, who was there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

import clock
from approvals.meetings.models import AgendaItem, Meeting
from approvals.reviews import steps
from documents.wording import chinese_date
from organizations.models import User

_DIGITS = "〇一二三四五六七八九"


def minutes_of(meeting: Meeting, items: Sequence[AgendaItem]) -> dict[str, Any]:
    """The content of these items, in their order; the policy of their programs is there already.

    Three queries, and two for each item's abstentions and recusals unless prefetched. In the
    language of the house, whatever language its reader has chosen.
    """
    with translation.override(settings.LANGUAGE_CODE):
        return _composed(meeting, items)


def _composed(meeting: Meeting, items: Sequence[AgendaItem]) -> dict[str, Any]:
    words = {
        "day": chinese_date(meeting.day),
        "chair": meeting.chair.name,
        "organ": meeting.organ.name,
        "title": meeting.title,
    }
    opening = _("%(day)s，%(chair)s主持召开%(organ)s%(title)s。现将会议议定事项纪要如下。") % words
    body = [_paragraph(opening)]
    for place, item in enumerate(items, 1):
        body += _of_item(place, item)
    return {
        "format": "minutes",
        "organs": [meeting.organ.name],
        "title": _("%(title)s纪要") % {"title": meeting.title},
        "body": body,
        "attendance": {
            "present": [person.name for person in meeting.attendees.order_by("name", "pk")],
            "recorder": [meeting.recorder.name],
        },
        "date": clock.today().isoformat(),
        "specimen": any(item.application.program.content.get("specimen") for item in items),
        "imprint": {
            "copies_to": [],
            "printed_by": _("%(organ)s办公室") % {"organ": meeting.organ.name},
            "printed_on": clock.today().isoformat(),
        },
    }


def _of_item(place: int, item: AgendaItem) -> list[dict[str, str]]:
    case = item.application
    subject = {"party": case.applicant.name, "program": case.program.title, "number": case.number}
    heading = f"{chinese_number(place)}、{_('%(party)s申请%(program)s（%(number)s）') % subject}"
    lines = [{"kind": "heading1", "text": heading}]
    label = steps.form_of(case, item.task).outcome(item.outcome).label
    said = [line.strip() for line in item.conclusion.splitlines() if line.strip()]
    lines.append(_paragraph(_("会议议定：%(outcome)s。") % {"outcome": label} + "".join(said[:1])))
    lines += [_paragraph(line) for line in said[1:]]
    if item.dissent:
        kept = " ".join(item.dissent.split())
        lines.append(_paragraph(_("不同意见：%(text)s") % {"text": kept}))
    for title, people in ((_("弃权"), item.abstained.all()), (_("回避"), item.recused.all())):
        if people:
            lines.append(_people(title, people))
    return lines


def _paragraph(text: str) -> dict[str, str]:
    return {"kind": "paragraph", "text": text}


def _people(title: str, people: Iterable[User]) -> dict[str, str]:
    names = "、".join(person.name for person in people)
    return _paragraph(_("%(title)s：%(names)s。") % {"title": title, "names": names})


def chinese_number(number: int) -> str:
    """1 … 199 as headings count: 一, 十, 十一, 二十, 一百零一."""
    if number >= 100:
        rest = number - 100
        return (
            "一百"
            if not rest
            else f"一百零{_DIGITS[rest]}"
            if rest < 10
            else (f"一百{'一' if rest < 20 else ''}{chinese_number(rest)}")
        )
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones else "")
