"""What the slice adds to the task page and to the applicant's status page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from approvals.applications import panels
from approvals.applications.models import Application
from approvals.applications.selectors import is_own
from approvals.inquiries import selectors
from approvals.inquiries.gate import NOT_ASKING
from approvals.reviews import desk, steps
from organizations.models import User
from workflows.models import Task


def acts(application: Application, task: Task, user: User) -> Sequence[desk.Act]:
    """Questions, letters and visits, for whoever may act on the open task now."""
    may = task.is_open and task.owner_id in (None, user.pk) and task.organ_id is not None
    if not may or task.role in NOT_ASKING:
        return ()
    return (
        desk.Act(_("向申请人询问"), reverse("inquiries:ask", args=[task.pk]), order=40),
        desk.Act(_("向其他机构征求意见"), reverse("inquiries:consult", args=[task.pk]), order=41),
        desk.Act(_("记录现场核查"), reverse("inquiries:site_check", args=[task.pk]), order=42),
    )


def cards(application: Application, task: Task, user: User) -> Sequence[desk.Card]:
    """Questions, letters, visits; a vote's holder reads the answers and visits, not who asked."""
    voting = steps.is_vote(task)
    found = []
    questions = list(selectors.questions_of(application))
    if questions:
        facts = {"questions": questions, "task": task, "voting": voting, "user": user}
        found.append(desk.Card(_("向申请人的询问"), "inquiries/_questions.html", facts, order=40))
    letters = [] if voting else list(selectors.consultations_of(application))
    if letters:
        facts = {"letters": letters}
        found.append(desk.Card(_("征求意见"), "inquiries/_letters.html", facts, order=41))
    visits = list(selectors.site_checks_of(application))
    if visits:
        facts = {"visits": visits, "application": application, "voting": voting}
        found.append(desk.Card(_("现场核查"), "inquiries/_visits.html", facts, order=42))
    if task.is_open and task.owner_id in (None, user.pk):
        form = steps.form_of(application, task).key
        facts = {"rows": list(selectors.wordings_for(user, form)), "task": task}
        found.append(desk.Card(_("常用意见"), "inquiries/_wordings.html", facts, order=90))
    return found


def first_words(
    _application: Application, _task: Task, user: User, asked: Mapping[str, str]
) -> str:
    """The wording a person chose (`?wording=7`), to begin his opinion with."""
    number = asked.get("wording", "")
    if not number.isdecimal() or len(number) > 18:
        return ""
    found = selectors.wordings_for(user).filter(pk=int(number)).first()
    return found.text if found is not None else ""


def applicant_panels(application: Application, user: User) -> Sequence[panels.Panel]:
    """The questions, with a place to answer for the applicant's own people."""
    if not is_own(user, application):
        return ()
    questions = list(selectors.questions_of(application))
    if not questions:
        return ()
    facts = {"questions": questions, "application": application}
    return (panels.Panel(_("审查机构的询问"), "inquiries/_asked.html", facts, order=5),)


def register_all() -> None:
    """Called once at start-up."""
    desk.register_acts(acts)
    desk.register_cards(cards)
    desk.register_first_words(first_words)
    panels.register("inquiries", applicant_panels)
