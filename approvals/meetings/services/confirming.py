"""The chair confirms the minutes, and what they say is done: each item through the one door.

Confirming numbers the items and starts a run of `worklist.bulk`: its job decides item by item, each
in a transaction of its own under its own key, and goes on after a kill without doing one twice. An
item that has moved meanwhile is answered with the reason, never forced.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

import clock
from approvals.meetings import content, idempotency
from approvals.meetings.agenda import with_policy
from approvals.meetings.models import AgendaItem, ItemState, Meeting, State
from approvals.meetings.services.gate import entered, require_chair, told, told_of
from approvals.meetings.services.recording import require_submitted
from approvals.meetings.sight import items_for
from approvals.reviews.services import decide_task
from approvals.reviews.statement import Statement
from approvals.worklist.bulk import services as bulk
from approvals.worklist.bulk.acts import BulkAct
from approvals.worklist.models import BulkLine, BulkRun
from documents import services as documents
from documents import sight as papers
from documents.models import Document
from documents.replacement import Replacement
from organizations.models import User
from workflows.errors import WrongState

DOCUMENT_KIND = "minutes"


@transaction.atomic
def confirm_minutes(pk: int, *, actor: User, key: str) -> Meeting:
    """Numbers the items, freezes the minutes, promises the decisions.

    An item without a conclusion (its case became one the chair or the recorder must not know of) is
    put off. Raises NotVisible, NotAllowed (`four_eyes`), KeyReused, WrongState (`not_submitted`,
    `nothing_decided`), documents.services.IssueRefused (a character that cannot be printed).
    """
    payload = {"confirm": pk}
    gate = entered(pk, actor=actor, key=key, payload=payload)
    meeting = gate.meeting
    if gate.replayed:
        return meeting
    require_chair(meeting, actor)
    require_submitted(meeting)
    decided = _numbered(meeting, actor)
    meeting.document = _issued(meeting, decided, actor)
    meeting.run = bulk.run_at_once(
        actor,
        BulkAct.MINUTES,
        {"meeting": meeting.pk, "text": meeting.title},
        {item.task_id: item.papers_version for item in decided},
        key=f"minutes:{meeting.pk}",
    )
    meeting.state, meeting.confirmed_at = State.CONFIRMED, clock.now()
    meeting.save(update_fields=["document", "run", "state", "confirmed_at"])
    told(meeting, "minutes_confirmed", actor, items=len(decided), run=meeting.run.pk)
    idempotency.remember(key, actor, payload, meeting)
    return meeting


def _numbered(meeting: Meeting, chair: User) -> list[AgendaItem]:
    """The items that are decided, numbered in their order; what is left over is put off."""
    seen = {item.pk for item in items_for(chair, meeting)}
    rows = meeting.items.filter(state=ItemState.LISTED).select_related(
        "application__applicant", "application__program", "task__organ", "task__process"
    )
    decided: list[AgendaItem] = []
    for item in rows.defer(
        "application__data", "application__facts", "application__program__content"
    ):
        if item.pk not in seen or not item.outcome:
            item.state, item.reason = ItemState.DEFERRED, _("本次会议未形成结论")
            told_of(item, "agenda_deferred", None, reason=item.reason)
        else:
            decided.append(item)
            item.state, item.number = ItemState.DECIDED, len(decided)
            facts = {"title": meeting.title, "number": item.number, "outcome": item.outcome}
            told_of(item, "minutes_confirmed", chair, **facts)
        item.save(update_fields=["state", "reason", "number"])
    if not decided:
        raise WrongState(_("没有可以确认的议题，请退回记录人。"), code="nothing_decided")
    return decided


def _issued(meeting: Meeting, decided: Sequence[AgendaItem], by: User) -> Document | None:
    """The numbered minutes, where the organ has a series for them; the characters are checked in
    any case, so that the paper can be made."""
    with_policy([item.application for item in decided])
    paper = content.minutes_of(meeting, decided)
    code = meeting.organ.minutes_code
    if not code:
        documents.check(paper)
        return None
    document = documents.issue(
        kind=DOCUMENT_KIND,
        organs=[meeting.organ],
        content=paper,
        holder_masked="",
        by=by,
        case_stream="",
        organ_code=code,
    )
    left = [person for item in decided for person in item.recused.all()]
    papers.mention(document, [item.application.stream for item in decided], left=left)
    return document


def follow_paper(change: Replacement) -> None:
    """Renumbered or corrected minutes take the place of the old ones."""
    Meeting.objects.filter(document=change.old).update(document=change.new)


def carry_out(run: BulkRun, line: BulkLine, key: str) -> None:
    """One item of confirmed minutes, as the chair's decision; called by the run's job in the
    transaction of the line."""
    item = AgendaItem.objects.select_related("meeting").get(
        meeting=run.payload["meeting"], task=line.task_id, state=ItemState.DECIDED
    )
    decide_task(
        line.task_id,
        actor=run.owner,
        key=key,
        expected_version=line.version,
        statement=Statement(item.outcome, text=f"{item.conclusion}\n{citation(item)}"),
        facts={
            "bulk": run.pk,
            "minutes": {
                "meeting": item.meeting_id,
                "title": item.meeting.title,
                "item": item.number,
            },
        },
    )


def citation(item: AgendaItem) -> str:
    """`（依据：局长办公会会议纪要 2026年第3次 第2项）`, in the language of the house."""
    meeting = item.meeting
    with translation.override(settings.LANGUAGE_CODE):
        kind = str(meeting.get_kind_display())
        words = _("（依据：%(kind)s会议纪要 %(year)d年第%(number)d次 第%(item)d项）")
    return words % {
        "kind": kind,
        "year": meeting.year,
        "number": meeting.number,
        "item": item.number,
    }
