"""征求意见: a letter to another organ, its reply slip, and what silence means (nothing)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

import clock
from approvals.applications.acts import already_done, remember
from approvals.applications.errors import NotAllowedError, WrongStateError
from approvals.applications.models import Application
from approvals.applications.selectors import kept_away
from approvals.applications.services.locking import locked
from approvals.inquiries import papers
from approvals.inquiries.gate import Seat, seat_of
from approvals.inquiries.models import Consultation, Stance
from approvals.inquiries.models.consultation import REPLIES
from approvals.inquiries.pinning import pins, seal_of
from approvals.inquiries.terms import days_to_reply
from approvals.notifications.services import notify
from approvals.programs.form_schema import form_of
from jobs import services as jobs
from journal.services import record
from organizations.holders import holders
from organizations.models import Organ, User
from organizations.permissions import Permission, can
from organizations.roles import ROLE_PERMISSIONS
from workflows.calendar import add_workdays
from workflows.errors import NotVisible

KIND = "consultation"
LAPSE = "lapse_consultation"
WITH_REASONS = frozenset({Stance.COMMENT, Stance.DISAGREE})


@transaction.atomic
def consult(
    task_id: int,
    *,
    actor: User,
    key: str,
    expected_version: int,
    organ: Organ,
    text: str,
    sections: Sequence[str],
) -> Consultation:
    """Writes to one organ of the city; the case stays where it is. One open letter an organ.

    `sections` are the parts of the application that go with the letter, nothing else is shown.
    Raises `workflows.errors.OperationError`, WrongStateError, KeyReusedError.
    """
    seat = seat_of(task_id, actor=actor, key=key, expected_version=expected_version)
    case = seat.application
    payload = {"task": task_id, "organ": organ.pk, "text": text, "sections": list(sections)}
    if already_done(case, key, "consult", payload):
        return Consultation.objects.get(application=case, key=key)
    _check(seat, organ, text, sections)
    due = add_workdays(clock.today(), days_to_reply(case)).day
    letter = Consultation.objects.create(
        application=case,
        key=key,
        task_id=task_id,
        organ=organ,
        asking_organ=seat.organ,
        asked_by=actor,
        text=text.strip(),
        sections=list(sections),
        material_version=case.version,
        asked_at=clock.now(),
        due_on=due,
        pinned=pins(case, sections),
    )
    papers.letter(letter, by=actor)
    remember(case, key, "consult", payload)
    told = {"consultation": letter.pk, "organ": organ.key, "due_on": due.isoformat()}
    record(case.stream, "organ_consulted", actor=actor, data=told)
    lapses(letter)
    tell_repliers(letter)
    return letter


def lapses(letter: Consultation) -> None:
    """The midnight after the term writes silence down."""
    midnight = datetime.combine(letter.due_on + timedelta(days=1), time(), clock.BEIJING)
    jobs.enqueue(LAPSE, {"consultation": letter.pk}, key=f"lapse:{letter.pk}", run_at=midnight)


def tell_repliers(letter: Consultation) -> None:
    """Everybody who may fill the slip in."""
    words = {
        "organ": letter.asking_organ.name,
        "number": letter.application.number,
        "day": letter.due_on,
    }
    notify(
        repliers(letter.application, letter.organ),
        kind=KIND,
        title=_("%(organ)s来函征求意见（%(number)s），请于 %(day)s 前回复") % words,
        link=f"/consultations/{letter.pk}/",
        key=f"consultation:{letter.pk}",
        case=letter.application.stream,
    )


def _check(seat: Seat, organ: Organ, text: str, sections: Sequence[str]) -> None:
    case = seat.application
    if organ.city != case.city or organ.pk in (seat.organ.pk, case.applicant_id):
        raise WrongStateError(_("只能向本市的其他机构征求意见，请重新选择机构。"))
    if not repliers(case, organ):
        raise WrongStateError(
            _("“%(name)s”目前没有可以回复的人员，请联系系统管理员。") % {"name": organ}
        )
    if not text.strip():
        raise WrongStateError(_("请写明征求意见的内容。"))
    known = {section.key for section in form_of(case.program.content).sections}
    if not set(sections) <= known:
        raise WrongStateError(_("申请表中没有所选的部分，请刷新页面后重新选择。"))
    if Consultation.objects.filter(application=case, organ=organ, stance="").exists():
        raise WrongStateError(_("已向该机构发函，尚未回复，请等待回复或者催办。"))


def repliers(case: Application, organ: Organ) -> list[User]:
    """Everybody at the organ who may give its opinion and know of the case (semantics C13)."""
    roles = [role for role, may in ROLE_PERMISSIONS.items() if Permission.GIVE_OPINION in may]
    found = {user.pk: user for role in roles for user in holders(role, organ)}
    away = kept_away(case, found)
    return [user for pk, user in found.items() if pk not in away]


def may_reply(user: User, letter: Consultation) -> bool:
    """A person of the consulted organ who may give its opinion and is not kept from the case."""
    if user.pk in kept_away(letter.application, [user.pk]):
        return False
    return bool(can(user, Permission.GIVE_OPINION, letter.organ))


@transaction.atomic
def reply(
    letter_id: int, *, by: User, stance: str, text: str, seen: str | None = None
) -> Consultation:
    """Fills the reply slip in, once; also after the term. Disagreement and remarks give reasons.

    `seen` is `pinning.seal_of` what the person has read: where the answers have changed since, he
    is told to read again (code `text_changed`). Raises NotVisible for others, WrongStateError,
    NotAllowedError when the right has ended.
    """
    found = Consultation.objects.filter(pk=letter_id).first()
    if found is None:
        raise NotVisible
    case: Application = locked(found.application_id)
    letter = Consultation.objects.select_related("organ", "asked_by").get(pk=letter_id)
    letter.application = case
    if not may_reply(by, letter):
        raise NotAllowedError(_("只有被征求意见机构的经办人可以回复。"))
    given = text.strip()
    if (letter.stance, letter.reply) == (stance, given):
        return letter
    _check_reply(letter, stance, given)
    pinned = pins(case, letter.sections)
    if seen is not None and seen != seal_of(pinned):
        raise WrongStateError(_("随函材料已修改，请重新阅读后回复。"), code="text_changed")
    letter.stance, letter.reply, letter.pinned = stance, given, pinned
    letter.replied_by, letter.replied_at = by, clock.now()
    letter.save(update_fields=["stance", "reply", "replied_by", "replied_at", "pinned"])
    told = {"consultation": letter.pk, "stance": stance, "text": given}
    record(case.stream, "consultation_replied", actor=by, data=told)
    _tell_asker(letter, _("%(organ)s已回复征求意见函（%(number)s）"))
    return letter


def _check_reply(letter: Consultation, stance: str, given: str) -> None:
    if letter.superseded_at is not None:
        raise WrongStateError(_("随函材料已修改，请回复重新发出的征求意见函。"))
    if not letter.is_open:
        raise WrongStateError(_("贵单位已回复本函，回复不能更改；需要补充的请联系来函单位。"))
    if letter.application.is_closed:
        raise WrongStateError(_("该申请已办结，不需要再回复。"))
    if stance not in REPLIES:
        raise WrongStateError(_("请选择回复意见。"))
    if stance in WITH_REASONS and not given:
        raise WrongStateError(_("不同意或者附意见的，请写明具体意见和理由。"))


@transaction.atomic
def lapse(payload: dict[str, Any]) -> None:
    """Job body, the midnight after the term: silence is written down as silence, and told."""
    pk = payload["consultation"]
    letter = Consultation.objects.select_related("organ", "asked_by").filter(pk=pk).first()
    if letter is None:
        return
    case = locked(letter.application_id)
    if case.is_closed or not Consultation.objects.filter(pk=pk, stance="").update(
        stance=Stance.SILENT
    ):
        return
    letter.application = case
    record(case.stream, "consultation_unanswered", actor=None, data={"consultation": pk})
    _tell_asker(letter, _("%(organ)s逾期未回复征求意见函（%(number)s），不视为同意"))


def _tell_asker(letter: Consultation, sentence: str) -> None:
    case = letter.application
    notify(
        [letter.asked_by],
        kind=KIND,
        title=sentence % {"organ": letter.organ.name, "number": case.number},
        link=f"/tasks/{letter.task_id}/#consultations",
        key=f"consultation:{letter.pk}:{letter.stance}",
        case=case.stream,
    )
