"""Certificate, plaque and voucher slip follow the paper they rest on, in the same act."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader

from approvals.applications.errors import WrongStateError
from approvals.decisions.models import Decision
from approvals.notices.models import Paper
from approvals.notices.services.serving import make_service_record
from approvals.notifications.models import Notification
from approvals.reconciliation import nightly
from approvals.revisions import resting, services
from approvals.revisions.forms import PaperText, TextForm
from approvals.revisions.models import Revision
from documents import services as documents
from documents.models import Document, NumberSeries
from documents.print_room.findings import Kind
from documents.print_room.models import Discrepancy
from journal.models import Entry
from tests.decisions.test_deciding import sign

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(jiaxing):
    return jiaxing.user("printing_office")


def paper(decision: Decision, kind: str) -> Document:
    """The paper of this kind as the case has it today."""
    return Document.objects.get(paper__application=decision.application_id, paper__kind=kind)


def propose(decision: Decision, by, act="supersede", **changes) -> Revision:
    document = decision.document
    content = {**document.content, "title": document.title + "（更正）"}
    content = content if act == "supersede" else None
    return services.propose(document.pk, act=act, reason="有误", by=by, content=content, **changes)


def body(document: Document) -> str:
    return str(document.content["body"])


def test_a_corrected_notice_takes_its_certificate_along(decision, reviewer, leader):
    old, certificate = decision.document, paper(decision, "certificate")
    assert old.number in body(certificate)
    new = services.confirm(propose(decision, reviewer).pk, by=leader).result
    renewed = paper(decision, "certificate")
    certificate.refresh_from_db()
    assert (certificate.state, certificate.superseded_by) == ("superseded", renewed)
    assert certificate.state_reason == f"所依据的公文{old.number}已由{new.number}代替：有误"
    assert new.number in body(renewed)
    assert old.number not in body(renewed)
    assert (renewed.state, renewed.entry.n) == ("valid", certificate.entry.n + 1)
    assert body(renewed).replace(new.number, old.number) == body(certificate)


def test_a_plaque_that_names_no_number_stays(decision, reviewer, leader):
    plaque = paper(decision, "plaque")
    services.confirm(propose(decision, reviewer).pk, by=leader)
    assert paper(decision, "plaque") == plaque
    assert paper(decision, "plaque").state == "valid"


def test_a_wrong_name_is_corrected_on_certificate_and_plaque_in_the_same_act(
    decision, reviewer, leader
):
    certificate, plaque = paper(decision, "certificate"), paper(decision, "plaque")
    along = {
        plaque.pk: {**plaque.content, "body": [{"kind": "paragraph", "text": "更正后的孵化器"}]},
        certificate.pk: {**certificate.content, "addressees": ["更正后的公司"]},
    }
    revision = propose(decision, reviewer, along=along)
    new = services.confirm(revision.pk, by=leader).result
    assert "更正后的孵化器" in body(paper(decision, "plaque"))
    renewed = paper(decision, "certificate")
    assert renewed.content["addressees"] == ["更正后的公司"]
    assert new.number in body(renewed)
    assert renewed.entry.n == certificate.entry.n + 1  # one number, not two


def test_what_was_not_changed_is_not_kept_with_the_proposal(decision, reviewer):
    plaque = paper(decision, "plaque")
    revision = propose(decision, reviewer, along={plaque.pk: dict(plaque.content)})
    assert revision.along == {}


def test_a_text_that_cannot_be_printed_is_refused_along_too(decision, reviewer):
    plaque = paper(decision, "plaque")
    bad = {**plaque.content, "title": "\U0002f887\U0003134a"}
    with pytest.raises(services.TextRefused):
        propose(decision, reviewer, along={plaque.pk: bad})
    assert not Revision.objects.exists()


def test_nobody_corrects_along_what_does_not_rest_on_the_paper(decision, reviewer):
    receipt = paper(decision, "receipt")
    with pytest.raises(WrongStateError):
        propose(decision, reviewer, along={receipt.pk: {**receipt.content, "title": "别的"}})


def test_a_certificate_corrected_meanwhile_is_not_overwritten(decision, reviewer, leader, clerk):
    certificate = paper(decision, "certificate")
    along = {certificate.pk: {**certificate.content, "addressees": ["更正后的公司"]}}
    revision = propose(decision, reviewer, along=along)
    documents.void_and_renumber(certificate, reason="印错", by=clerk)
    with pytest.raises(WrongStateError, match="已经变化"):
        services.confirm(revision.pk, by=leader)
    decision.document.refresh_from_db()
    assert decision.document.state == "valid"


def test_another_proposal_for_the_certificate_is_ruled_first(decision, reviewer, leader):
    certificate = paper(decision, "certificate")
    other = services.propose(certificate.pk, act="revoke", reason="重复", by=reviewer)
    revision = propose(decision, reviewer)
    with pytest.raises(WrongStateError, match="另有一件"):
        services.confirm(revision.pk, by=leader)
    services.withdraw(other.pk, by=reviewer)
    services.confirm(revision.pk, by=leader)
    assert paper(decision, "certificate").supersedes == certificate


def test_a_revoked_recognition_leaves_no_valid_certificate_or_plaque(decision, reviewer, leader):
    papers = [paper(decision, kind) for kind in ("certificate", "plaque")]
    services.confirm(propose(decision, reviewer, act="revoke").pk, by=leader)
    for one in papers:
        one.refresh_from_db()
        assert one.state == "revoked"
        assert one.state_reason == f"所依据的公文{decision.document.number}已撤销：有误"


def test_confirming_twice_replaces_once(decision, reviewer, leader):
    revision = propose(decision, reviewer)
    services.confirm(revision.pk, by=leader)
    with pytest.raises(WrongStateError):
        services.confirm(revision.pk, by=leader)
    assert NumberSeries.objects.get(organ_code="嘉科证示").last == 2


def test_when_the_certificate_cannot_go_out_nothing_changes(
    decision, reviewer, leader, monkeypatch
):
    """Number, chain and decision are one transaction with what follows them."""
    real = documents.supersede

    def refused(document, **how):
        if document.kind == "certificate":
            raise documents.MissingGlyphs(["\U0003134a"])
        return real(document, **how)

    revision = propose(decision, reviewer)
    monkeypatch.setattr(documents, "supersede", refused)
    with pytest.raises(services.TextRefused):
        services.confirm(revision.pk, by=leader)
    decision.document.refresh_from_db()
    assert decision.document.state == "valid"
    assert Decision.objects.get(pk=decision.pk).document == decision.document
    assert NumberSeries.objects.get(organ_code="嘉科认示").last == 1


def test_a_notice_renumbered_at_the_desk_takes_its_certificate_along(decision, clerk):
    old = decision.document
    new = documents.void_and_renumber(old, reason="编号重复", by=clerk)
    renewed = paper(decision, "certificate")
    assert new.number in body(renewed)
    assert old.number not in body(renewed)
    assert renewed.supersedes is not None


def test_a_voucher_slip_follows_the_payment_notice(jiaxing):
    decision = sign(jiaxing, jiaxing.filed("voucher", "nanhu"))
    slip, clerk = paper(decision, "voucher"), jiaxing.user("printing_office")
    new = documents.void_and_renumber(decision.document, reason="编号重复", by=clerk)
    assert paper(decision, "voucher").supersedes == slip
    assert new.number in body(paper(decision, "voucher"))


def test_a_proof_of_service_keeps_the_number_that_was_served(decision, reviewer, leader, clerk):
    served = Paper.objects.get(document=decision.document)
    slip = make_service_record(decision.application, served.pk, by=clerk).document
    services.confirm(propose(decision, reviewer).pk, by=leader)
    slip.refresh_from_db()
    assert slip.state == "valid"
    assert decision.document.number in body(slip)


def test_every_step_is_in_the_journal_of_the_case(decision, reviewer, leader):
    certificate = paper(decision, "certificate")
    services.confirm(propose(decision, reviewer).pk, by=leader)
    told = Entry.objects.filter(stream__key=decision.application.stream)
    said = [(one.verb, one.data["number"]) for one in told if "number" in one.data]
    renewed = paper(decision, "certificate")
    assert ("document_superseded", certificate.number) in said
    assert ("document_issued", renewed.number) in said


def test_the_applicant_is_told_what_went_out_anew(decision, reviewer, leader):
    certificate = paper(decision, "certificate")
    services.confirm(propose(decision, reviewer).pk, by=leader)
    told = Notification.objects.filter(kind="paper_changed").first()
    renewed = paper(decision, "certificate")
    assert f"{certificate.number}换发为{renewed.number}" in told.body


def test_the_public_page_of_the_old_certificate_names_the_new_one_and_the_last(
    client, decision, reviewer, leader, clerk
):
    first = paper(decision, "certificate")
    services.confirm(propose(decision, reviewer).pk, by=leader)
    second = paper(decision, "certificate")
    page = client.get(f"/verify/{first.verify_code}").content.decode()
    assert second.number in page
    assert "已由" in page
    assert "最新一件" not in page
    third = documents.void_and_renumber(second, reason="印错", by=clerk)
    page = client.get(f"/verify/{first.verify_code}").content.decode()
    assert f"{third.number}（有效）" in page


def fields(form) -> dict:
    given = {name: form.get_initial_for_field(one, name) or "" for name, one in form.fields.items()}
    return {form.add_prefix(name): value for name, value in given.items()}


def test_the_page_lists_what_rests_on_the_paper_and_takes_its_text_along(
    client, decision, reviewer, leader
):
    document, plaque = decision.document, paper(decision, "plaque")
    certificate = paper(decision, "certificate")
    client.force_login(reviewer)
    page = client.get(f"/papers/{document.pk}/").content.decode()
    assert certificate.number in page
    assert "引用本件文号" in page
    address = f"/papers/{document.pk}/correct/"
    data = fields(TextForm(document.content)) | {"reason": "名称有误", "title": "更正后的通知"}
    for one in (certificate, plaque):
        data |= fields(PaperText(one.content, prefix=f"p{one.pk}"))
    data[f"p{plaque.pk}-body_0"] = "更正后的孵化器"
    empty = client.post(address, data | {f"p{plaque.pk}-title": ""})
    assert empty.status_code == 422
    shown = client.post(address, data | {"preview": "1"})
    drafts = PdfReader(io.BytesIO(shown.content))
    text = "".join("".join(one.extract_text().split()) for one in drafts.pages)
    assert "（新文号）" in text
    assert "更正后的孵化器" in text
    assert client.post(address, data).status_code == 302
    revision = Revision.objects.get()
    assert list(revision.along) == [str(plaque.pk)]
    client.force_login(leader)
    assert "随同更正并换发" in client.get(f"/papers/{document.pk}/").content.decode()
    assert client.get(f"/papers/revisions/{revision.pk}/preview.pdf").status_code == 200


def test_who_drafts_a_joint_paper_proposes_and_the_lead_organ_rules(client, jiaxing, leader):
    """A payment notice: the treasury signs first, the science bureau drafts."""
    decision = sign(jiaxing, jiaxing.filed("voucher", "nanhu"))
    author, treasurer = jiaxing.user("reviewer"), jiaxing.user("finance_leader")
    client.force_login(author)
    assert decision.document.number in client.get("/papers/").content.decode()
    revision = propose(decision, author)
    with pytest.raises(services.NotAllowedError):
        services.confirm(revision.pk, by=leader)
    services.confirm(revision.pk, by=treasurer)
    decision.document.refresh_from_db()
    assert decision.document.state == "superseded"
    assert client.get(f"/papers/{decision.document_id}/").status_code == 200


def test_an_organ_corrects_along_its_own_papers_only(jiaxing):
    """The voucher's slip is the science bureau's, the payment notice the finance bureau's."""
    decision = sign(jiaxing, jiaxing.filed("voucher", "nanhu"))
    slip = paper(decision, "voucher")
    assert slip.lead_organ != decision.document.lead_organ
    text = {**slip.content, "title": "改写"}
    with pytest.raises(WrongStateError):
        services._corrected_along(decision.document, {slip.pk: text})


def test_the_night_finds_a_certificate_left_behind(decision, clerk, monkeypatch):
    """As papers corrected before certificates followed."""
    certificate = paper(decision, "certificate")
    monkeypatch.setattr(resting, "_renewed", lambda *facts: None)
    documents.void_and_renumber(decision.document, reason="编号重复", by=clerk)
    nightly.look_through({"day": ""})
    (found,) = Discrepancy.objects.filter(kind=Kind.RESTS_ON_CLOSED_PAPER)
    assert (found.document, found.detail) == (certificate, decision.document.number)
    monkeypatch.undo()
    text = resting.renumbered(certificate.content, decision.document.number, "嘉科认示〔2026〕2号")
    documents.supersede(certificate, reason="改引新文号", by=clerk, content=text)
    nightly.look_through({"day": ""})
    assert Discrepancy.objects.filter(kind=Kind.RESTS_ON_CLOSED_PAPER).count() == 1


def test_the_night_finds_a_certificate_of_a_revoked_recognition(decision, leader):
    documents.revoke(decision.document, reason="有误", by=leader)
    nightly.look_through({"day": ""})
    found = Discrepancy.objects.filter(kind=Kind.RESTS_ON_CLOSED_PAPER)
    assert {one.document.kind for one in found} == {"certificate", "plaque"}


def test_what_rests_on_a_paper_is_found_in_two_statements(decision, django_assert_num_queries):
    certificate = paper(decision, "certificate")
    with django_assert_num_queries(2):
        assert len(resting.resting_on(decision.document)) == 2
    with django_assert_num_queries(1):
        assert resting.resting_on(certificate) == []
