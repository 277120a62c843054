"""Hand-over and proof of service: by whom, how, on which day; refused with a witness; returned."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from pypdf import PdfReader

import clock
from documents import rendering
from documents.models import Document
from documents.print_room import serving, slips
from documents.print_room.errors import Refused
from documents.print_room.models import Delivery
from documents.print_room.serving import Outcome, Proof
from journal.models import Entry
from tests.documents.print_room.conftest import COMPANY

pytestmark = pytest.mark.django_db
ADDRESSEE, OTHER = f"addressee:{COMPANY}", "addressee:示例二公司"


def hand(document, printer, **changes):
    asked = {"purpose": "addressee", "recipient": COMPANY, "method": "in_person", **changes}
    return serving.hand_over(document.pk, by=printer, **asked)


def test_only_sealed_copies_leave_the_house(printed, printer):
    with pytest.raises(Refused, match="尚未盖章"):
        hand(printed(), printer)


def test_minutes_leave_without_a_seal(printed, printer):
    document = printed()
    document.content = {**document.content, "format": "minutes"}
    document.save(update_fields=["content"])
    assert hand(document, printer).copies.count() == 1


def test_a_slip_that_bears_no_seal_leaves_without_one(printed, printer):
    document = printed()
    Document.objects.filter(pk=document.pk).update(kind="voucher")
    assert hand(document, printer).copies.count() == 1


def test_a_letter_has_its_number(sealed, printer):
    document = sealed()
    with pytest.raises(Refused) as refusal:
        hand(document, printer, method="post")
    assert refusal.value.field == "tracking"
    assert hand(document, printer, method="post", tracking="示例01").tracking == "示例01"


def test_the_file_copy_stays_and_nothing_is_handed_over_twice(sealed, printer):
    document = sealed()
    with pytest.raises(Refused, match="留在本机关"):
        hand(document, printer, purpose="file", recipient="本机关")
    hand(document, printer)
    with pytest.raises(Refused, match="没有待交付"):
        hand(document, printer)


def test_the_day_of_service_is_told_to_the_case(handed, printer):
    delivery = handed()
    assert serving.service_of(delivery.document) is None
    day = clock.today()
    serving.prove(delivery.pk, Proof(Outcome.SERVED, day, signed_by="张三"), by=printer)
    assert serving.service_of(delivery.document).served_on == day
    entry = Entry.objects.get(verb="service_recorded")
    assert (entry.stream.key, entry.data["day"]) == ("case:1", day.isoformat())


@pytest.mark.parametrize(
    ("proof", "field"),
    [
        ({"outcome": Outcome.SERVED, "signed_by": "张三"}, "served_on"),
        ({"outcome": Outcome.SERVED, "served_on": 0}, "signed_by"),
        ({"outcome": Outcome.SERVED, "served_on": 1, "signed_by": "张三"}, "served_on"),
        ({"outcome": Outcome.SERVED, "served_on": -1, "signed_by": "张三"}, "served_on"),
        ({"outcome": Outcome.REFUSED, "served_on": 0, "reason": "不认可"}, "witness"),
        ({"outcome": Outcome.REFUSED, "served_on": 0, "witness": "社区李四"}, "reason"),
        ({"outcome": Outcome.RETURNED}, "reason"),
        ({"outcome": Outcome.UNDER_WAY}, "outcome"),
    ],
)
def test_a_proof_shows_what_its_outcome_needs(handed, printer, proof, field):
    delivery = handed()
    if "served_on" in proof:
        proof = {**proof, "served_on": clock.today() + timedelta(days=proof["served_on"])}
    with pytest.raises(Refused) as refusal:
        serving.prove(delivery.pk, Proof(**proof), by=printer)
    assert refusal.value.field == field
    delivery.refresh_from_db()
    assert delivery.outcome == Outcome.UNDER_WAY


def test_a_refusal_before_a_witness_serves_all_the_same(handed, printer):
    proof = Proof(Outcome.REFUSED, clock.today(), reason="不认可决定", witness="社区工作人员李四")
    delivery = serving.prove(handed().pk, proof, by=printer)
    assert serving.service_of(delivery.document) == delivery
    with pytest.raises(Refused, match="已经登记"):
        serving.prove(delivery.pk, proof, by=printer)


def test_a_returned_letter_can_be_sent_again(handed, printer):
    delivery = handed()
    serving.prove(delivery.pk, Proof(Outcome.RETURNED, reason="地址不详"), by=printer)
    again = hand(delivery.document, printer)
    assert again.copies.count() == 1
    assert Delivery.objects.count() == 2


def test_the_slip_prints_what_is_known_and_leaves_the_rest_to_the_pen(handed, printer):
    delivery = handed()
    blank = slips.content_of(delivery)
    rows = dict(blank["body"][0]["rows"])
    assert rows["送达日期"] == "年　月　日"
    assert (rows["受送达人"], rows["见证人"]) == (COMPANY, "")
    serving.prove(
        delivery.pk,
        Proof(Outcome.REFUSED, clock.today(), reason="不认可决定", witness="社区李四"),
        by=printer,
    )
    delivery.refresh_from_db()
    pdf = rendering.pdf(slips.content_of(delivery))
    text = "".join(PdfReader(io.BytesIO(pdf)).pages[0].extract_text().split())
    for words in ("送达回证", delivery.document.number, "示例0001", "社区李四", "留置送达"):
        assert words in text


def test_a_slip_quotes_what_no_font_prints_by_its_code_point(desk, handed, printer):
    """What the receiver is called is written down already; the slip must still be printed."""
    delivery = handed()
    proof = Proof(
        Outcome.SERVED, clock.today(), signed_by="示例\U00032f87", signed_as="收\u2067发室"
    )
    serving.prove(delivery.pk, proof, by=printer)
    answer = desk.get(f"/print/deliveries/{delivery.pk}/slip")
    assert answer.status_code == 200
    text = "".join(PdfReader(io.BytesIO(answer.content)).pages[0].extract_text().split())
    assert "示例〔U+32F87〕，收发室" in text


def test_the_pages_take_a_document_to_its_proof(desk, sealed):
    document = sealed()
    form = {"receivers": [ADDRESSEE], "method": "in_person", "tracking": "", "key": "hand"}
    assert desk.get(f"/print/{document.pk}/hand-over/").status_code == 200
    answers = [desk.post(f"/print/{document.pk}/hand-over/", form) for _ in range(2)]
    delivery = Delivery.objects.get()
    wanted = f"/print/deliveries/{delivery.pk}/"
    assert [answer["Location"] for answer in answers] == [wanted, wanted]
    assert document.number in desk.get("/print/deliveries/").content.decode()
    page = f"/print/deliveries/{delivery.pk}/"
    wrong = desk.post(page, {"outcome": "served", "signed_by": "张三"})
    assert wrong.status_code == 422
    assert "张三" in wrong.content.decode()
    good = {"outcome": "served", "signed_by": "张三", "served_on": clock.today().isoformat()}
    assert desk.post(page, good).status_code == 302
    assert document.number in desk.get("/print/deliveries/?tab=ended").content.decode()


def test_posting_to_several_at_once_is_refused_in_words(desk, sealed):
    document = sealed(addressees=[COMPANY, "示例二公司"])
    form = {"receivers": [ADDRESSEE, OTHER], "method": "post", "tracking": "示例01"}
    answer = desk.post(f"/print/{document.pk}/hand-over/", form)
    assert answer.status_code == 422
    assert "每次选择一个" in answer.content.decode()
    both = {"receivers": [ADDRESSEE, OTHER], "method": "in_person"}
    assert desk.post(f"/print/{document.pk}/hand-over/", both).status_code == 302
    assert Delivery.objects.count() == 2


def test_strangers_find_no_delivery_and_colleagues_are_refused(
    client, handed, printer_elsewhere, reviewer
):
    delivery = handed()
    pages = [
        f"/print/deliveries/{delivery.pk}/",
        f"/print/deliveries/{delivery.pk}/slip",
        f"/print/{delivery.document_id}/hand-over/",
    ]
    for person, status in ((printer_elsewhere, 404), (reviewer, 403)):
        client.force_login(person)
        assert {client.get(page).status_code for page in pages} == {status}
        assert client.post(pages[0], {"outcome": "served"}).status_code == status


def test_the_overdue_are_listed(desk, handed):
    with clock.at(clock.now() - timedelta(days=40)):
        late = handed()
    fresh = handed()
    shown = [row.pk for row in desk.get("/print/deliveries/?tab=overdue").context["rows"]]
    assert shown == [late.pk]
    assert {row.pk for row in desk.get("/print/deliveries/").context["rows"]} == {late.pk, fresh.pk}


def test_a_form_opened_before_a_colleague_served_somebody_serves_nobody_else(desk, sealed, printer):
    document = sealed(addressees=[COMPANY, "示例二公司"])
    serving.hand_over(
        document.pk, purpose="addressee", recipient=COMPANY, method="in_person", by=printer
    )
    late = {"receivers": [ADDRESSEE], "method": "in_person", "key": "late"}
    assert desk.post(f"/print/{document.pk}/hand-over/", late).status_code == 422
    assert [one.recipient for one in Delivery.objects.all()] == [COMPANY]
