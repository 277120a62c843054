"""The answers a letter speaks of have changed: the organ is asked again (semantics C1 ii).

Only letters whose own sections changed; what was answered before stays readable and counts no more.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

import clock
from approvals.applications.models import Application
from approvals.inquiries.models import Consultation
from approvals.inquiries.pinning import pins
from approvals.inquiries.services.consultations import KIND, lapses, repliers, tell_repliers
from approvals.inquiries.terms import days_to_reply
from approvals.notifications.services import notify
from journal.services import record
from workflows.calendar import add_workdays


def text_changed(case: Application) -> None:
    """Follows a new version of the material, under the lock of the case; one query where no letter
    speaks of what has changed. Letters of before they were pinned stay as they are."""
    standing = Consultation.objects.filter(application=case, superseded_at=None)
    for letter in standing.select_related("organ", "asking_organ", "asked_by"):
        pinned = pins(case, letter.sections)
        if not letter.pinned or pinned == letter.pinned:
            continue
        letter.application = case
        if letter.stance:
            _ask_again(letter, pinned)
        else:
            _speak_of(letter, pinned)


def _speak_of(letter: Consultation, pinned: dict[str, str]) -> None:
    """Nobody has answered yet: the same letter, about the new answers, by the same day."""
    letter.pinned, letter.material_version = pinned, letter.application.version
    letter.save(update_fields=["pinned", "material_version"])
    notify(
        repliers(letter.application, letter.organ),
        kind=KIND,
        title=_("征求意见函的随函材料已修改（%(number)s），请按修改后的内容回复")
        % {"number": letter.application.number},
        link=f"/consultations/{letter.pk}/",
        key=f"consultation:{letter.pk}:changed:{letter.material_version}",
        case=letter.application.stream,
    )


def _ask_again(letter: Consultation, pinned: dict[str, str]) -> None:
    """A new seat of the organ with a term of its own, silence included."""
    case = letter.application
    letter.superseded_at = clock.now()
    letter.save(update_fields=["superseded_at"])
    again = Consultation.objects.create(
        application=case,
        key=f"again:{letter.pk}:{case.version}",
        task_id=letter.task_id,
        organ=letter.organ,
        asking_organ=letter.asking_organ,
        asked_by=letter.asked_by,
        text=letter.text,
        sections=letter.sections,
        material_version=case.version,
        asked_at=clock.now(),
        due_on=add_workdays(clock.today(), days_to_reply(case)).day,
        pinned=pinned,
        follows=letter,
    )
    told = {"consultation": again.pk, "organ": again.organ.key, "follows": letter.pk}
    record(case.stream, "organ_consulted_again", actor=None, data=told)
    lapses(again)
    tell_repliers(again)
    notify(
        [letter.asked_by],
        kind=KIND,
        title=_("随函材料已修改，%(organ)s的回复不再计入，已重新征求意见（%(number)s）")
        % {"organ": letter.organ.name, "number": case.number},
        link=f"/tasks/{letter.task_id}/#consultations",
        key=f"consultation:{letter.pk}:superseded",
        case=case.stream,
    )
