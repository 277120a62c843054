"""The signature: number, paper and decision in one transaction; what a refusal must say."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

import clock
from approvals.applications import services
from approvals.applications.errors import IncompleteError
from approvals.awards.models import Award
from approvals.decisions.models import Decision, Recognition, Verdict
from approvals.rehearsal import filing
from approvals.rehearsal.choices import Plan
from approvals.reviews.services import decide_task
from approvals.reviews.statement import Statement
from approvals.vouchers.models import Claim, UsedInvoice
from documents.models import Document, NumberSeries
from tests.people import Town, key
from workflows import timers
from workflows.models import Process


def sign(town: Town, case, *, refused: bool = False) -> Decision:
    """Plays the case up to the leader's desk, through the publicity window, and signs."""
    plan = Plan(refused=refused, dice=random.Random(3))
    if not refused:
        task = town.played_to(case, "publicity", plan)
        timer = timers.armed(task)
        with clock.at(timer.scheduled):
            timers.fire(timer.pk)
    desk = town.played_to(case, "sign", plan)
    decide_task(
        desk.pk,
        actor=town.user("bureau_leader"),
        key=key(),
        expected_version=1,
        statement=Statement("sign", text="同意签发。"),
    )
    return Decision.objects.select_related("document").get(application=case)


def texts(document: Document) -> str:
    return str(document.content)


def test_a_recognition_is_numbered_and_stands(jiaxing: Town) -> None:
    case = jiaxing.filed("recognition", "nanhu")
    decision = sign(jiaxing, case)
    assert decision.verdict == Verdict.APPROVED
    assert decision.signed_by == jiaxing.user("bureau_leader")
    assert decision.document.number == f"嘉科认示〔{clock.today().year}〕1号"
    assert decision.document.content["specimen"] is True
    standing = Recognition.objects.get(decision=decision)
    assert standing.holder == case.applicant
    assert Process.objects.get(pk=case.process_id).verdict == "approved"


def test_a_refusal_cites_its_clause_and_the_remedy_of_its_day(jiaxing: Town) -> None:
    decision = sign(jiaxing, jiaxing.filed("recognition", "nanhu"), refused=True)
    assert decision.verdict == Verdict.REFUSED
    printed = texts(decision.document)
    assert decision.reasons[0]["clause"] in printed
    assert "可以自收到本决定书之日起六十日内向嘉兴市人民政府申请行政复议" in printed
    assert "或者" not in printed.split("申请行政复议")[0].rsplit("六十日内", 1)[1]
    assert not Recognition.objects.filter(decision=decision).exists()


def test_the_seed_fund_pays_twenty_per_cent_in_a_joint_document(jiaxing: Town) -> None:
    decision = sign(jiaxing, jiaxing.filed("award", "nanhu"))
    assert decision.amount == Decimal("774000.00")
    assert [organ.key for organ in decision.organs.order_by("decisionorgan__place")] == [
        "finance_bureau",
        "science_bureau",
    ]
    assert decision.document.number.startswith("嘉财企示〔")
    assert "77.4万元" in texts(decision.document)
    assert "柒拾柒万肆仟元整" in texts(decision.document)
    assert Award.objects.get(decision=decision).amount == Decimal("774000.00")


def test_the_cap_binds(jiaxing: Town) -> None:
    draft = jiaxing.draft("award", "nanhu")
    draft.data["grants"][0]["amount"] = "5130000.00"  # with the other two: 6,000,000
    draft.save(update_fields=["data"])
    case = filing.submit(draft, jiaxing.cast.member_of(draft.applicant))
    assert sign(jiaxing, case).amount == Decimal("1000000.00")


def test_an_award_is_paid_and_only_then_done(jiaxing: Town) -> None:
    case = jiaxing.filed("award", "nanhu")
    decision = sign(jiaxing, case)
    payment = jiaxing.played_to(case, "payment")
    decide_task(
        payment.pk,
        actor=jiaxing.user("finance_officer"),
        key=key(),
        expected_version=1,
        statement=Statement(
            "paid", values={"paid_on": clock.today().isoformat(), "payment_serial": "P1"}
        ),
    )
    assert Award.objects.get(decision=decision).payment_serial == "P1"
    case.refresh_from_db()
    assert case.verdict == "approved"


def test_an_invoice_is_claimed_once(jiaxing: Town) -> None:
    first = jiaxing.filed("voucher", "nanhu")
    second = jiaxing.draft("voucher", "xiuzhou", name="b")
    second.data["services"][0]["invoice_number"] = first.data["services"][0]["invoice_number"]
    second.save(update_fields=["data"])
    with pytest.raises(IncompleteError) as refusal:
        filing.submit(second, jiaxing.cast.member_of(second.applicant))
    assert "同一发票只能使用一次" in refusal.value.problems[0].message
    assert UsedInvoice.objects.count() == 1


def test_a_withdrawn_claim_frees_its_invoice(jiaxing: Town) -> None:
    case = jiaxing.filed("voucher", "nanhu")
    services.withdraw(case, by=jiaxing.cast.member_of(case.applicant), reason="不再申报", key=key())
    assert not UsedInvoice.objects.exists()


def test_a_voucher_claim_is_settled(jiaxing: Town) -> None:
    decision = sign(jiaxing, jiaxing.filed("voucher", "nanhu"))
    assert Claim.objects.get(decision=decision).amount == Decimal("20000.00")


def test_a_character_no_font_prints_goes_back_to_the_reviewer_without_a_number(
    jiaxing: Town,
) -> None:
    case = jiaxing.filed("recognition", "nanhu")
    task = jiaxing.played_to(case, "publicity")
    case.data["incubator_name"] = "样例\U00032f87孵化器"
    case.save(update_fields=["data"])
    timer = timers.armed(task)
    with clock.at(timer.scheduled):
        timers.fire(timer.pk)
    desk = jiaxing.played_to(case, "sign")
    step = decide_task(
        desk.pk,
        actor=jiaxing.user("bureau_leader"),
        key=key(),
        expected_version=1,
        statement=Statement("sign", text="同意签发。"),
    )
    assert [opened.element for opened in step.opened] == ["mend_text"]
    assert not NumberSeries.objects.filter(organ_code="嘉科认示").exists()
    assert not Decision.objects.exists()


def test_the_leader_reads_the_very_draft_before_signing(jiaxing: Town, client) -> None:
    case = jiaxing.filed("recognition", "nanhu")
    task = jiaxing.played_to(case, "publicity")
    timer = timers.armed(task)
    with clock.at(timer.scheduled):
        timers.fire(timer.pk)
    desk = jiaxing.played_to(case, "sign")
    client.force_login(jiaxing.user("bureau_leader"), "django.contrib.auth.backends.ModelBackend")
    page = client.get(f"/tasks/{desk.pk}/draft.pdf")
    assert page.status_code == 200
    assert page["Content-Type"] == "application/pdf"
    assert page.content.startswith(b"%PDF")
    client.force_login(jiaxing.user("nanhu_officer"), "django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/tasks/{desk.pk}/draft.pdf").status_code == 404


def test_a_voided_number_stays_in_the_register_and_the_decision_follows_its_paper(
    jiaxing: Town, client
) -> None:
    case = jiaxing.filed("recognition", "nanhu")
    decision = sign(jiaxing, case)
    client.force_login(jiaxing.user("printing_office"), "django.contrib.auth.backends.ModelBackend")
    address = f"/print/{decision.document_id}/renumber/"
    client.post(address, {"reason": ""})
    assert Document.objects.get(pk=decision.document_id).state == "valid", "a reason is needed"
    client.post(address, {"reason": "印制时纸张污损"})
    client.post(address, {"reason": "又按了一次"})
    decision.refresh_from_db()
    year = clock.today().year
    assert decision.document.number == f"嘉科认示〔{year}〕2号"
    old = Document.objects.get(number=f"嘉科认示〔{year}〕1号")
    assert (old.state, old.entry.state, old.entry.reason) == ("void", "void", "印制时纸张污损")
    assert Document.objects.filter(kind="recognition").count() == 2
    assert "已作废" in client.get(f"/verify/{old.verify_code}").content.decode()
