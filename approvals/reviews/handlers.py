"""What the automatic tasks before a decision do; the names are those of docs/flows.md."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from approvals.applications import services as applications
from approvals.applications import telling
from approvals.applications.models import Application
from approvals.applications.services.deferral import DEFERRAL, defer_on_silence
from approvals.applications.services.requesting import received_on
from approvals.programs import facts, rules
from approvals.reviews import papers
from workflows.handlers import Call, register


def case_of(call: Call) -> Application:
    """The application behind a process, with what every handler needs.

    By the variable that filing sets: the first steps run before the case points at its process.
    """
    return Application.objects.select_related(
        "program", "applicant__applicant__direct_sponsor", "county", "process"
    ).get(pk=call.variables["application"])


def county_not_applicable(call: Call) -> Mapping[str, Any]:
    """A municipal-direct applicant has no county step: shown as not applicable, not as agreed."""
    application = case_of(call)
    sponsor = application.applicant.applicant.direct_sponsor
    reason = (
        _("市直单位申报，由主管部门%(sponsor)s出具意见，不经县（市、区）审核。")
        % {"sponsor": sponsor.name}
        if sponsor is not None
        else _("市直单位申报，不经县（市、区）审核。")
    )
    return {"county_not_applicable": reason}


def accept_case(call: Call) -> None:
    """受理: the clock of the decision starts."""
    case = applications.record_acceptance(case_of(call), on=call.at.date())
    papers.accepted(case)


def deem_accepted(call: Call) -> Mapping[str, Any] | None:
    """No reaction within five working days: accepted from the day of receipt (许可法 art. 32), with
    an alarm; promised items that are missing are deferred (C14).

    What was corrected is received when the correction comes in: it begins a new check (C12). A case
    that was accepted before and came back through this step is accepted already.
    """
    application = case_of(call)
    if application.accepted_at is not None:
        return None
    received = received_on(application)
    accepted = applications.record_acceptance(application, on=received, deemed=True)
    papers.accepted(accepted, deemed=True)
    telling.deemed_accepted(application, received.isoformat())
    deferred = defer_on_silence(application)
    return {DEFERRAL: [item.slot for item in deferred]} if deferred else None


def refuse_acceptance(call: Call) -> None:
    """不予受理: the written refusal with its reasons; the end is drawn next by the diagram."""
    papers.refused_acceptance(case_of(call))


def calculate_amount(call: Call) -> Mapping[str, Any]:
    """The program's sum by its own rules, from the material as it is now."""
    application = case_of(call)
    content = application.program.content
    day = (application.submitted_at or call.at).astimezone(call.at.tzinfo).date()
    found = rules.assess(content, facts.from_form(content, application.data), on=day)
    amount = found.amount if found.eligible else None
    applications.record_amount(application, amount)
    return {"amount": str(amount if amount is not None else Decimal("0.00"))}


def register_all() -> None:
    """Called once at start-up."""
    register("county_not_applicable", county_not_applicable)
    register("accept_case", accept_case)
    register("deem_accepted", deem_accepted)
    register("refuse_acceptance", refuse_acceptance)
    register("calculate_amount", calculate_amount)
