"""用印登记: three people, every copy once, nothing sealed that is spoiled."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from documents.models import Document
from documents.print_room import printing, sealing
from documents.print_room.errors import Refused
from documents.print_room.models import SealEntry
from journal.models import Entry
from organizations.models import Membership
from organizations.roles import Role

pytestmark = pytest.mark.django_db


def test_asked_approved_applied_by_three_people(printed, printer, leader, keeper):
    document = printed()
    entry = sealing.ask(document.pk, by=printer)
    sealing.approve(entry.pk, by=leader)
    sealing.apply(entry.pk, by=keeper)
    entry.refresh_from_db()
    assert (entry.state, entry.copies_sealed) == ("applied", 2)
    assert (entry.asked_by, entry.approved_by, entry.applied_by) == (printer, leader, keeper)
    verbs = set(Entry.objects.filter(verb__startswith="seal_").values_list("verb", flat=True))
    assert verbs == {"seal_asked", "seal_approved", "seal_applied"}


def test_the_right_is_asked_again_at_the_act(printed, printer, leader, keeper, reviewer):
    document = printed()
    with pytest.raises(PermissionDenied):
        sealing.ask(document.pk, by=reviewer)
    entry = sealing.ask(document.pk, by=printer)
    for act, person in ((sealing.approve, keeper), (sealing.apply, leader)):
        with pytest.raises(PermissionDenied):
            act(entry.pk, by=person)


def test_nobody_does_two_of_the_three(printed, bureau, printer, leader):
    for person, role in (
        (printer, Role.BUREAU_LEADER),
        (printer, Role.SEAL_KEEPER),
        (leader, Role.SEAL_KEEPER),
    ):
        Membership.objects.create(user=person, organ=bureau, role=role, valid_from="2020-01-01")
    entry = sealing.ask(printed().pk, by=printer)
    with pytest.raises(Refused, match="同一人"):
        sealing.approve(entry.pk, by=printer)
    with pytest.raises(Refused, match="同一人"):
        sealing.decline(entry.pk, reason="x", by=printer)
    sealing.approve(entry.pk, by=leader)
    for person in (leader, printer):
        with pytest.raises(Refused, match="用印人不能"):
            sealing.apply(entry.pk, by=person)


def test_the_database_itself_refuses_one_person_for_two(printed, printer, leader):
    entry = sealing.ask(printed().pk, by=printer)
    with pytest.raises(IntegrityError), transaction.atomic():
        SealEntry.objects.filter(pk=entry.pk).update(approved_by=printer)
    with pytest.raises(IntegrityError), transaction.atomic():
        SealEntry.objects.filter(pk=entry.pk).update(approved_by=leader, applied_by=leader)


def test_the_seal_is_not_applied_before_it_is_approved(printed, printer, keeper):
    entry = sealing.ask(printed().pk, by=printer)
    with pytest.raises(Refused, match="待批准"):
        sealing.apply(entry.pk, by=keeper)


def test_a_declined_application_frees_its_copies_with_the_reason(printed, printer, leader):
    document = printed()
    entry = sealing.ask(document.pk, by=printer)
    with pytest.raises(Refused, match="原因"):
        sealing.decline(entry.pk, reason=" ", by=leader)
    sealing.decline(entry.pk, reason="附件有误", by=leader)
    assert document.copies.filter(seal_entry=None).count() == 2
    assert sealing.ask(document.pk, by=printer).pk != entry.pk


def test_only_whole_copies_without_seal_are_asked_for(sealed, printer, keeper):
    document = sealed()
    with pytest.raises(Refused, match="没有待盖章"):
        sealing.ask(document.pk, by=printer)
    printing.spoil(document.copies.get(n=1).pk, reason="盖章偏位", by=printer)
    entry = sealing.ask(document.pk, by=printer)
    assert [copy.n for copy in entry.copies.all()] == [3]


def test_a_copy_spoiled_between_application_and_seal_is_not_sealed(
    printed, printer, leader, keeper
):
    document = printed()
    entry = sealing.ask(document.pk, by=printer)
    sealing.approve(entry.pk, by=leader)
    printing.spoil(document.copies.get(n=1).pk, reason="墨污", by=printer)
    assert sealing.apply(entry.pk, by=keeper).copies_sealed == 1
    assert document.copies.get(n=1).seal_entry is None


def test_the_register_page_lets_each_do_his_part(client, printed, printer, leader, keeper):
    document = printed()
    client.force_login(printer)
    assert client.post(f"/print/{document.pk}/seal/", {"key": "k"}).status_code == 302
    assert client.post(f"/print/{document.pk}/seal/", {"key": "k"}).status_code == 302
    entry = SealEntry.objects.get()
    for act, person in (("approve", leader), ("apply", keeper)):
        client.force_login(printer)
        assert client.post(f"/print/seals/{act}/", {"entry": entry.pk}).status_code == 403
        client.force_login(person)
        state = "asked" if act == "approve" else "approved"
        assert document.number in client.get("/print/seals/", {"state": state}).content.decode()
        assert client.post(f"/print/seals/{act}/", {"entry": entry.pk}).status_code == 302
    entry.refresh_from_db()
    assert entry.state == "applied"


def test_another_citys_register_is_not_seen(client, printed, printer, printer_elsewhere):
    document = printed()
    entry = sealing.ask(document.pk, by=printer)
    client.force_login(printer_elsewhere)
    assert document.number not in client.get("/print/seals/").content.decode()
    assert client.post("/print/seals/approve/", {"entry": entry.pk}).status_code == 404


def test_minutes_bear_no_seal(printed, printer):
    document = printed()
    document.content = {**document.content, "format": "minutes"}
    document.save(update_fields=["content"])
    with pytest.raises(Refused, match="不加盖"):
        sealing.ask(document.pk, by=printer)


@pytest.mark.parametrize(
    ("kind", "needs", "may"),
    [
        ("recognition", True, True),
        ("plaque", True, True),
        ("certificate", True, True),
        ("acceptance", True, True),
        ("publicity", False, True),
        ("site_record", False, False),
        ("voucher", False, False),
        ("service_record", False, False),
    ],
)
def test_each_kind_bears_the_seal_its_row_says(printed, printer, desk, kind, needs, may):
    document = printed()
    Document.objects.filter(pk=document.pk).update(kind=kind)
    document.refresh_from_db()
    assert sealing.needs_seal(document) is needs
    assert ("申请用印" in desk.get(f"/print/{document.pk}/").content.decode()) is may
    if may:
        sealing.ask(document.pk, by=printer)
    else:
        with pytest.raises(Refused, match="不加盖"):
            sealing.ask(document.pk, by=printer)


def test_what_the_counter_issues_bears_its_own_seal(printed, printer):
    document = printed()
    Document.objects.filter(pk=document.pk).update(kind="acceptance")
    entry = sealing.ask(document.pk, by=printer)
    assert entry.seal == f"{document.lead_organ.name}受理专用章"


def test_each_act_on_a_seal_pressed_twice_acts_once(client, printed, printer, leader, keeper):
    entry = sealing.ask(printed().pk, by=printer)
    for act, person in (("approve", leader), ("apply", keeper)):
        entry.refresh_from_db()
        form = {"entry": entry.pk, f"version-{entry.pk}": entry.version, "key": act}
        client.force_login(person)
        for _ in range(2):
            answer = client.post(f"/print/seals/{act}/", form, follow=True).content.decode()
            assert "1 件" in answer, "the second press is told the same"
    verbs = Entry.objects.filter(verb__startswith="seal_").values_list("verb", flat=True)
    assert sorted(verbs) == ["seal_applied", "seal_approved", "seal_asked"]


def test_declining_twice_frees_the_copies_once(client, printed, printer, leader):
    document = printed()
    entry = sealing.ask(document.pk, by=printer)
    form = {"entry": entry.pk, "reason": "附件有误", "key": "no", f"version-{entry.pk}": 1}
    client.force_login(leader)
    client.post("/print/seals/decline/", form)
    again = sealing.ask(document.pk, by=printer)
    client.post("/print/seals/decline/", form)
    again.refresh_from_db()
    assert again.state == "asked"
    assert again.copies.count() == 2


def test_a_key_stands_for_one_act_of_one_person(printed, printer, leader):
    entry = sealing.ask(printed().pk, by=printer)
    sealing.approve(entry.pk, by=leader, key="k")
    with pytest.raises(Refused, match="另一次登记"):
        sealing.decline(entry.pk, reason="改变主意", by=leader, key="k")


def test_what_changed_after_the_page_was_opened_is_not_approved(printed, printer, leader):
    document = printed()
    entry = sealing.ask(document.pk, by=printer)
    printing.spoil(document.copies.get(n=1).pk, reason="墨污", by=printer)
    with pytest.raises(Refused, match="已有变动"):
        sealing.approve(entry.pk, by=leader, expected=entry.version)
    entry.refresh_from_db()
    assert entry.version == 2
    sealing.approve(entry.pk, by=leader, expected=2)


def test_the_office_asks_for_the_copies_it_saw(printed, printer):
    document = printed()
    printing.print_document(document.pk, by=printer, reason="增发")
    with pytest.raises(Refused, match="已有变动"):
        sealing.ask(document.pk, by=printer, expected=document.copies_printed)
