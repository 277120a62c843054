"""Correcting and revoking: one proposes, another rules; the chain stays, the applicant hears."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

import clock
from approvals.applications.errors import NotAllowedError, WrongStateError
from approvals.applications.rights import filers_of
from approvals.decisions.models import Recognition
from approvals.notifications import selectors as notifications
from approvals.notifications.models import Notification
from approvals.revisions import resting, services, sight
from approvals.revisions.forms import PaperText, TextForm
from approvals.revisions.models import Act, Revision, State
from documents.models import Document
from journal.models import Entry
from organizations.accounts import appoint, create_account, declare_relation
from workflows.recusals import Recusal

pytestmark = pytest.mark.django_db
LIST = 8
"""Session, user, positions, proposals, papers, what is kept from him for each, the bell."""


def corrected(document: Document) -> dict:
    return {**document.content, "title": document.title + "（更正）"}


def test_a_reviewer_proposes_and_the_leader_revokes(decision, reviewer, leader):
    document = decision.document
    revision = services.propose(document.pk, act="revoke", reason="经复查不符合条件", by=reviewer)
    document.refresh_from_db()
    assert document.state == "valid"  # one pair of eyes changes nothing
    assert Notification.objects.filter(person=leader, kind="revision_proposed").count() == 1
    services.confirm(revision.pk, by=leader)
    document.refresh_from_db()
    assert (document.state, document.state_reason) == ("revoked", "经复查不符合条件")
    assert Recognition.objects.get(decision=decision).revoked_on is not None


def test_the_applicant_is_told_of_what_became_of_his_paper(decision, reviewer, leader):
    revision = services.propose(decision.document_id, act="revoke", reason="有误", by=reviewer)
    services.confirm(revision.pk, by=leader)
    told = Notification.objects.filter(
        kind="paper_changed", person__memberships__organ=decision.application.applicant
    )
    assert told.exists()
    assert decision.document.number in told[0].title
    assert told[0].link == f"/applications/{decision.application_id}/"


def test_a_correction_takes_the_next_number_and_the_decision_follows(decision, reviewer, leader):
    old = decision.document
    revision = services.propose(
        old.pk, act="supersede", reason="名称有误", by=reviewer, content=corrected(old)
    )
    done = services.confirm(revision.pk, by=leader)
    old.refresh_from_db()
    decision.refresh_from_db()
    new = done.result
    assert old.state == "superseded"
    assert old.superseded_by == new
    assert decision.document == new
    assert new.number != old.number
    assert new.entry.n == old.entry.n + 1
    assert new.verify_code != old.verify_code
    assert new.title.endswith("（更正）")
    verbs = Entry.objects.filter(stream__key=decision.application.stream).values_list(
        "verb", flat=True
    )
    assert {"revision_proposed", "document_superseded", "document_issued"} <= set(verbs)


def test_nobody_rules_his_own_proposal(decision, leader):
    revision = services.propose(decision.document_id, act="revoke", reason="有误", by=leader)
    with pytest.raises(NotAllowedError):
        services.confirm(revision.pk, by=leader)
    with pytest.raises(NotAllowedError):
        services.refuse(revision.pk, reason="不", by=leader)
    with pytest.raises(IntegrityError), transaction.atomic():
        Revision.objects.filter(pk=revision.pk).update(state=State.DONE, ruled_by=leader)


def test_a_reviewer_does_not_rule(decision, reviewer, leader):
    revision = services.propose(decision.document_id, act="revoke", reason="有误", by=leader)
    with pytest.raises(NotAllowedError):
        services.confirm(revision.pk, by=reviewer)


def test_one_proposal_at_a_time_and_none_for_a_closed_paper(decision, reviewer, leader):
    first = services.propose(decision.document_id, act="revoke", reason="有误", by=reviewer)
    with pytest.raises(WrongStateError):
        services.propose(decision.document_id, act="revoke", reason="再提", by=leader)
    services.withdraw(first.pk, by=reviewer)
    second = services.propose(decision.document_id, act="revoke", reason="有误", by=reviewer)
    services.confirm(second.pk, by=leader)
    with pytest.raises(WrongStateError):
        services.confirm(second.pk, by=leader)
    with pytest.raises(WrongStateError):
        services.propose(decision.document_id, act="revoke", reason="有误", by=reviewer)


def test_a_refusal_keeps_the_paper_and_its_reason(decision, reviewer, leader):
    revision = services.propose(decision.document_id, act="revoke", reason="有误", by=reviewer)
    with pytest.raises(services.ReasonMissing):
        services.refuse(revision.pk, reason=" ", by=leader)
    services.refuse(revision.pk, reason="依据不足", by=leader)
    decision.document.refresh_from_db()
    assert decision.document.state == "valid"
    assert Revision.objects.get(pk=revision.pk).ruling == "依据不足"


def test_a_correction_that_changes_nothing_or_cannot_be_printed_is_refused(decision, reviewer):
    document = decision.document
    with pytest.raises(services.TextRefused, match="没有改动"):
        services.propose(
            document.pk, act="supersede", reason="x", by=reviewer, content=document.content
        )
    bad = {**document.content, "title": "\U0002f887\U0003134a"}
    with pytest.raises(services.TextRefused):
        services.propose(document.pk, act="supersede", reason="x", by=reviewer, content=bad)
    assert not Revision.objects.exists()


def test_strangers_find_no_paper_and_colleagues_are_told_the_right(decision, jiaxing):
    (applicant, *_colleagues) = filers_of(decision.application.applicant)
    with pytest.raises(sight.NoSuchPaper):
        sight.paper_for(applicant, decision.document_id)
    with pytest.raises(NotAllowedError):
        sight.paper_for(jiaxing.user("printing_office"), decision.document_id)


def test_the_pages_lead_from_the_list_to_the_ruling(client, decision, reviewer, leader):
    document = decision.document
    client.force_login(reviewer)
    assert document.number in client.get("/papers/").content.decode()
    page = client.get(f"/papers/{document.pk}/correct/")
    form = TextForm(document.content)
    data = {
        name: form.get_initial_for_field(field, name) or "" for name, field in form.fields.items()
    }
    for one in resting.resting_on(document):
        text = PaperText(one.content, prefix=f"p{one.pk}")
        for name, field in text.fields.items():
            data[text.add_prefix(name)] = text.get_initial_for_field(field, name) or ""
    assert page.status_code == 200
    empty = client.post(f"/papers/{document.pk}/correct/", data)
    assert empty.status_code == 422  # no reason; what was typed stays
    assert document.title in empty.content.decode()
    data = {**data, "reason": "标题有误", "title": "更正后的通知"}
    shown = client.post(f"/papers/{document.pk}/correct/", {**data, "reason": "", "preview": "1"})
    assert shown["Content-Type"] == "application/pdf"
    assert not Revision.objects.exists()
    assert client.post(f"/papers/{document.pk}/correct/", data).status_code == 302
    revision = Revision.objects.get()
    assert revision.act == Act.SUPERSEDE
    assert (
        client.post(f"/papers/revisions/{revision.pk}/rule/", {"confirm": "1"}).status_code == 403
    )
    client.force_login(leader)
    assert "更正" in client.get(f"/papers/{document.pk}/").content.decode()
    preview = client.get(f"/papers/revisions/{revision.pk}/preview.pdf")
    assert preview["Content-Type"] == "application/pdf"
    assert (
        client.post(f"/papers/revisions/{revision.pk}/rule/", {"confirm": "1"}).status_code == 302
    )
    document.refresh_from_db()
    assert document.superseded_by.title == "更正后的通知"


def test_a_character_that_no_font_prints_is_named_beside_its_field(decision):
    data = {"reason": "名称有误", "title": "\U00032f87通知", "body_0": "\U00032f88"}
    form = TextForm(decision.document.content, data)
    assert not form.is_valid()
    assert "U+32F87" in form.errors["title"][0]
    assert "U+32F88" in form.errors["body_0"][0]


def test_a_table_row_with_a_cell_too_few_is_named(decision):
    content = {
        **decision.document.content,
        "annexes": [],
        "body": [{"kind": "table", "header": ["甲", "乙"], "rows": [["1", "2"]]}],
    }
    given = {"title": "x", "reason": "y", "addressees": "甲公司\n乙公司"}
    form = TextForm(content, {**given, "body_0": "甲 | 乙\n1"})
    assert "第 2 行有 1 栏" in str(form.errors)
    good = TextForm(content, {**given, "body_0": "甲 | 乙\n1 | 3\n4|5"})
    assert good.is_valid()
    assert good.corrected()["addressees"] == ["甲公司", "乙公司"]
    assert good.corrected()["body"][0]["rows"] == [["1", "3"], ["4", "5"]]


def test_the_list_costs_the_same_at_any_size(
    client, decision, leader, django_assert_max_num_queries
):
    client.force_login(leader)
    client.get("/papers/")
    with django_assert_max_num_queries(8):
        client.get("/papers/")


@pytest.fixture
def second_leader(jiaxing, leader):
    made = create_account(username="jx_second_leader", password=None, name="副局长", by=None)
    appoint(made, leader.memberships.first().organ, "bureau_leader", by=None)
    return made


def tied(person, decision):
    declare_relation(person, decision.application.applicant, ground="持股", by=None)


def recused(person, decision):
    Recusal.objects.create(
        process=decision.application.process, user=person, kind="self", ground="曾任职",
        asked_at=clock.now(), state="in_force",
    )  # fmt: skip


keeps = pytest.mark.parametrize("keep", [tied, recused])


@keeps
def test_who_is_kept_from_the_case_finds_neither_its_paper_nor_what_waits(
    decision, reviewer, leader, client, keep
):
    document = decision.document
    revision = services.propose(
        document.pk, act="supersede", reason="有误", by=reviewer, content=corrected(document)
    )
    client.force_login(leader)
    addresses = [
        f"/papers/{document.pk}/",
        f"/papers/{document.pk}/original.pdf",
        f"/papers/{document.pk}/correct/",
        f"/papers/revisions/{revision.pk}/preview.pdf",
    ]
    assert client.get("/papers/").content.decode().count(document.number) >= 2, "row and ruling"
    assert client.get(addresses[0]).status_code == 200
    keep(leader, decision)
    missing = client.get("/papers/987654321/")
    assert missing.status_code == 404
    for address in addresses:
        answer = client.get(address)
        assert (answer.status_code, answer.content) == (404, missing.content), address
    for address in ("/papers/", f"/papers/?q={document.title[:10]}"):
        text = client.get(address).content.decode()
        assert document.number not in text
        assert "经复查" not in text
    for address, form in (
        (f"/papers/{document.pk}/revoke/", {"reason": "有误"}),
        (f"/papers/revisions/{revision.pk}/rule/", {"confirm": "1"}),
        (f"/papers/revisions/{revision.pk}/rule/", {"reason": "不同意"}),
    ):
        assert client.post(address, form).status_code == 404, address


@keeps
def test_who_is_kept_from_the_case_neither_hears_of_a_proposal_nor_rules_on_it(
    decision, reviewer, leader, second_leader, keep
):
    keep(leader, decision)
    revision = services.propose(decision.document_id, act="revoke", reason="有误", by=reviewer)
    told = Notification.objects.filter(kind="revision_proposed")
    assert [row.person for row in told] == [second_leader]
    for act in (services.confirm, services.withdraw):
        with pytest.raises(sight.NoSuchPaper):
            act(revision.pk, by=leader)
    with pytest.raises(sight.NoSuchPaper):
        services.propose(decision.document_id, act="revoke", reason="有误", by=leader)
    services.confirm(revision.pk, by=second_leader)


def test_a_line_about_a_proposal_goes_with_the_sight_of_the_case(decision, reviewer, leader):
    services.propose(decision.document_id, act="revoke", reason="有误", by=reviewer)
    assert notifications.page(leader, kind="revision_proposed").rows
    tied(leader, decision)
    assert not notifications.page(leader, kind="revision_proposed").rows


@pytest.mark.parametrize("proposals", [0, 1])
def test_the_list_of_papers_costs_the_same_for_who_is_tied(
    decision, reviewer, leader, client, proposals, django_assert_num_queries
):
    for _ in range(proposals):
        services.propose(decision.document_id, act="revoke", reason="有误", by=reviewer)
    client.force_login(leader)
    for keep in (None, tied):
        if keep:
            keep(leader, decision)
        client.get("/papers/")
        with django_assert_num_queries(LIST):
            client.get("/papers/")
