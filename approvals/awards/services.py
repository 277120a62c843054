"""The award row of a decision, and its payment."""

from __future__ import annotations

from datetime import date

import clock
from approvals.awards.models import Award
from approvals.decisions import kinds
from approvals.decisions.models import Decision, Verdict
from approvals.programs import facts
from journal.services import record


def grant(decision: Decision) -> None:
    """Writes what was granted; a refusal grants nothing. In the decision's transaction."""
    if decision.verdict == Verdict.REFUSED or decision.amount is None:
        return
    Award.objects.create(
        decision=decision,
        payee=decision.application.applicant,
        policy_year=_policy_year(decision),
        amount=decision.amount,
    )


def _policy_year(decision: Decision) -> int:
    """The year the program's facts are about, else the year of the decision."""
    given = facts.from_form(decision.program.content, decision.application.data).get("year")
    return int(given) if given else clock.today().year


def record_payment(decision: Decision, paid_on: date, serial: str) -> None:
    """The treasury has paid: day and bank serial, for the comparison with the bank."""
    award = Award.objects.select_for_update().get(decision=decision)
    award.paid_on = paid_on
    award.payment_serial = serial
    award.save(update_fields=["paid_on", "payment_serial"])
    record(
        decision.application.stream,
        "award_paid",
        data={"amount": f"{award.amount:.2f}", "paid_on": paid_on.isoformat(), "serial": serial},
    )


def register_all() -> None:
    """Called once at start-up."""
    kinds.register("award", grant, record_payment)
