"""The claim of a decision, its payment, and the invoices it uses up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from approvals.applications import filing
from approvals.applications.errors import Problem
from approvals.applications.models import Application
from approvals.decisions import kinds
from approvals.decisions.models import Decision, Verdict
from approvals.notices.services.issuing import Order, issue_for_case
from approvals.programs.form_schema import Field, form_of
from approvals.vouchers.models import Claim, UsedInvoice
from journal.services import record

KIND = "voucher"
CODE, NUMBER = "invoice_code", "invoice_number"
"""Facts of a table's row that name an invoice; a program's form says which columns they are."""
ENDED_WITHOUT_MONEY = frozenset({"refused", "not_accepted", "withdrawn", "lapsed"})


def invoices_in(application: Application) -> list[tuple[str, str, str]]:
    """(code, number, anchor on the page) of every invoice in the claim's tables."""
    found = []
    for section in form_of(application.program.content).sections:
        for field in section.fields:
            if field.type == "table":
                found += _in_table(field, application.data.get(field.key) or [])
            elif field.fact == NUMBER and application.data.get(field.key):
                code = _single(application, CODE)
                found.append((code, _plain(application.data[field.key]), f"id_{field.key}"))
    return found


def _in_table(field: Field, rows: Sequence[dict[str, str]]) -> list[tuple[str, str, str]]:
    columns = {column.fact: column.key for column in field.columns}
    if NUMBER not in columns:
        return []
    return [
        (
            _plain(row.get(columns.get(CODE, ""), "")),
            _plain(row.get(columns[NUMBER], "")),
            f"id_{field.key}",
        )
        for row in rows
        if row.get(columns[NUMBER])
    ]


def _single(application: Application, fact: str) -> str:
    for field in form_of(application.program.content).fields():
        if field.fact == fact:
            return _plain(application.data.get(field.key))
    return ""


def _plain(value: object) -> str:
    """Digits and letters as the register compares them: no spaces, capitals."""
    return "".join(str(value or "").split()).upper()


def use_invoices(application: Application) -> list[Problem]:
    """Reserves the claim's invoices at filing: each is claimed once, under concurrency too.

    The unique key decides between two claims filed at the same moment (domain §3.5, key 1).
    """
    problems = []
    for code, number, anchor in invoices_in(application):
        try:
            with transaction.atomic():
                UsedInvoice.objects.create(application=application, code=code, number=number)
        except IntegrityError:
            problems.append(
                Problem(
                    section=_section_of(application, anchor),
                    anchor=anchor,
                    label=_("发票"),
                    message=_("发票 %(number)s 已用于另一次兑付申请，同一发票只能使用一次。")
                    % {"number": number},
                )
            )
    return problems


def _section_of(application: Application, anchor: str) -> str:
    for section in form_of(application.program.content).sections:
        if anchor in {f"id_{field.key}" for field in section.fields}:
            return section.key
    return ""


def free_invoices(application: Application, verdict: str) -> None:
    """A claim that ends without money gives its invoices back."""
    if verdict in ENDED_WITHOUT_MONEY:
        UsedInvoice.objects.filter(application=application).delete()


def settle(decision: Decision) -> None:
    """Writes what the voucher pays. In the decision's transaction."""
    if decision.verdict != Verdict.REFUSED and decision.amount is not None:
        Claim.objects.create(
            decision=decision, holder=decision.application.applicant, amount=decision.amount
        )
        _voucher(decision)


def _voucher(decision: Decision) -> None:
    """创新券凭证 (D17): what was paid on which voucher."""
    case = decision.application
    facts = {
        "voucher_number": case.data.get("voucher_number", ""),
        "carrier": case.data.get("carrier", ""),
        "amount": decision.amount,
        "decision_number": decision.document.number,
        "decided_on": decision.document.date,
    }
    order = Order("voucher", facts, about=decision.about)
    issue_for_case(case, order, by=decision.signed_by)


def record_payment(decision: Decision, paid_on: date, serial: str) -> None:
    """The treasury has paid: day and bank serial, for the comparison with the bank."""
    claim = Claim.objects.select_for_update().get(decision=decision)
    claim.paid_on = paid_on
    claim.payment_serial = serial
    claim.save(update_fields=["paid_on", "payment_serial"])
    record(
        decision.application.stream,
        "claim_paid",
        data={"amount": f"{claim.amount:.2f}", "paid_on": paid_on.isoformat(), "serial": serial},
    )


def register_all() -> None:
    """Called once at start-up."""
    kinds.register(KIND, settle, record_payment)
    filing.register(KIND, on_filing=use_invoices, on_end=free_invoices)
