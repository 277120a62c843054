"""Numbers without gaps, frozen content, and what is refused before a number is taken."""

from __future__ import annotations

import contextlib
from datetime import datetime

import pytest
from django.db import transaction

import clock
from documents import services
from documents.models import Document, NumberSeries, RegisterEntry
from documents.services import InvalidContent, IssueRefused, MissingGlyphs
from jobs.models import Job
from journal.models import Entry
from organizations.models import Organ

from .conftest import sample

pytestmark = pytest.mark.django_db
NEW_YEARS_EVE = datetime(2026, 12, 31, 23, 59, 59, tzinfo=clock.BEIJING)
NEW_YEAR = datetime(2027, 1, 1, 0, 0, 0, tzinfo=clock.BEIJING)


class Abandoned(Exception):
    """The act around an issue goes wrong."""


@pytest.fixture
def bureau_of_finance(bureau) -> Organ:
    return Organ.objects.create(
        city=bureau.city,
        key="finance",
        name="示例市财政局",
        short_name="市财政局",
        kind="finance_bureau",
        document_code="示财",
    )


def test_numbers_follow_each_other_from_one(issue):
    with clock.at(NEW_YEARS_EVE):
        assert [issue().number for _ in range(3)] == [f"示测〔2026〕{n}号" for n in (1, 2, 3)]


def test_a_number_taken_in_a_rolled_back_act_is_given_to_the_next(issue):
    first = issue()
    with contextlib.suppress(Abandoned), transaction.atomic():
        issue()
        raise Abandoned
    second = issue()
    assert (first.entry.n, second.entry.n) == (1, 2)
    assert list(RegisterEntry.objects.order_by("n").values_list("n", flat=True)) == [1, 2]


def test_the_series_begins_anew_at_midnight_of_beijing(issue):
    with clock.at(NEW_YEARS_EVE):
        issue()
        last = issue()
    with clock.at(NEW_YEAR):
        first = issue()
    assert (last.number, first.number) == ("示测〔2026〕2号", "示测〔2027〕1号")


def test_the_content_is_frozen_with_number_day_and_code(issue):
    with clock.at(NEW_YEARS_EVE):
        document = issue()
    assert document.content["number"] == document.number
    assert document.content["date"] == "2026-12-31"
    assert document.content["verify_code"] == document.verify_code
    assert document.content["organs"] == ["示例市科学技术局"]
    assert document.content_sha256 == services.content_digest(document.content)


def test_a_character_without_glyph_takes_no_number(issue):
    with pytest.raises(MissingGlyphs) as refusal:
        issue(addressees=["示例\U00032f87公司"])
    assert "U+32F87" in str(refusal.value)
    assert not NumberSeries.objects.filter(organ_code="示测").exists()
    assert not Document.objects.exists()


def test_invalid_content_takes_no_number(issue):
    with pytest.raises(InvalidContent) as refusal:
        issue(title="", secrecy="秘密")
    assert {error.path for error in refusal.value.errors} == {"title", "secrecy"}
    assert not NumberSeries.objects.filter(organ_code="示测").exists()


def test_an_organ_without_code_is_named(issue, bureau):
    bureau.document_code = ""
    with pytest.raises(IssueRefused, match="示例市科学技术局没有机关代字"):
        issue()


@pytest.mark.parametrize("code", ["示科-K", "示科[高]", "示\U00032f87"])
def test_a_code_that_no_number_bears_takes_no_number(issue, bureau, code):
    bureau.document_code = code
    with pytest.raises(IssueRefused) as refusal:
        issue()
    assert "number" in str(refusal.value)
    assert not NumberSeries.objects.filter(organ_code=code).exists()


def test_a_joint_paper_whose_second_organ_was_renamed_is_not_issued_anew(
    bureau, bureau_of_finance, printer
):
    paper = services.issue(
        kind="D16",
        organs=[bureau, bureau_of_finance],
        content=sample("form"),
        holder_masked="",
        by=printer,
        case_stream="case:1",
    )
    Organ.objects.filter(pk=bureau_of_finance.pk).update(name="示例市财政金融局")
    with pytest.raises(IssueRefused, match=f"{paper.number}.*示例市财政局"):
        services.supersede(paper, reason="更正", by=printer, content=paper.content)
    paper.refresh_from_db()
    assert paper.state == Document.State.VALID
    assert NumberSeries.objects.get(organ_code="示测").last == 1


def test_issuing_tells_the_register_and_the_case_and_promises_the_pdf(issue):
    with clock.at(NEW_YEARS_EVE):
        document = issue()
    streams = set(
        Entry.objects.filter(verb="document_issued").values_list("stream__key", flat=True)
    )
    assert streams == {"register:示测/2026", "case:1"}
    job = Job.objects.get(kind=services.JOB_KIND)
    assert job.payload == {"document": document.pk}


def test_issuing_costs_the_same_number_of_queries_at_the_first_and_the_tenth(
    issue, django_assert_num_queries
):
    issue()
    with django_assert_num_queries(14):
        issue()
    for _ in range(8):
        issue()
    with django_assert_num_queries(14):
        issue()


def test_a_voided_number_stays_in_the_register_with_its_reason(issue, printer):
    document = issue()
    renewed = services.void_and_renumber(document, reason="姓名有误", by=printer)
    document.refresh_from_db()
    entry = RegisterEntry.objects.get(pk=document.entry_id)
    assert (entry.state, entry.reason) == (RegisterEntry.State.VOID, "姓名有误")
    assert document.state == Document.State.VOID
    assert (renewed.entry.n, renewed.supersedes) == (2, document)
    assert document.superseded_by == renewed


def test_voiding_twice_or_without_reason_is_refused(issue, printer):
    document = issue()
    with pytest.raises(ValueError, match="reason"):
        services.void(document, reason="  ", by=printer)
    services.void(document, reason="作废", by=printer)
    with pytest.raises(services.NotVoidableError):
        services.void(document, reason="再次", by=printer)


def test_a_superseded_document_points_to_its_successor(issue, printer):
    document = issue()
    changed = services.supersede(
        document, reason="变更名称", by=printer, content={**document.content, "title": "变更通知书"}
    )
    document.refresh_from_db()
    assert document.state == Document.State.SUPERSEDED
    assert document.superseded_by == changed
    assert changed.number != document.number


def test_a_revoked_document_stays_on_file(issue, printer):
    document = issue()
    services.revoke(document, reason="复议撤销", by=printer)
    document.refresh_from_db()
    assert document.state == Document.State.REVOKED
    assert document.state_reason == "复议撤销"


def test_a_document_with_a_long_table_waits_in_a_queue_of_its_own(issue):
    rows = [[str(row), "示例创业园", "1000.00"] for row in range(1, 1001)]
    table = {"kind": "table", "header": ["序号", "单位", "金额（元）"], "rows": rows}
    issue()
    issue(annexes=[{"title": "资金分配表", "body": [table]}])
    kinds = list(Job.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == ["render_document", "render_long_document"]
