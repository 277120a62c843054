"""Papers from data: numbered, frozen, in the right name on the right day, or refused."""

from __future__ import annotations

from datetime import date, datetime

import pytest

import clock
from approvals.notices.models import Paper, TemplateVersion, VersionChanged
from approvals.notices.pack_part import PART
from approvals.notices.services.issuing import (
    Order,
    PaperRefused,
    issue_for_case,
    issue_from_facts,
)
from approvals.programs.pack_source import plain
from documents.models import Document, NumberSeries
from organizations.models import Organ
from tests.notices.shipped import pack
from tests.people import Town

BASIS = ("示例办法", "示例〔2024〕1号")
LATER = (
    "objection_reply",
    "assessment_result",
    "rectification",
    "revocation",
    "recovery",
    "fast_lane",
    "bulletin",
    "half_year_report",
    "recommendation",
)


def facts_of(key: str) -> dict:
    sample = plain(pack("jiaxing").samples.data)["notices"][key]
    return {**sample["facts"], **(sample.get("rows") or {})}


@pytest.mark.parametrize("key", LATER)
def test_a_kind_no_act_makes_yet_is_issued_from_data(jiaxing: Town, key: str) -> None:
    document, version = issue_from_facts(
        "jiaxing",
        Order(key, facts_of(key)),
        by=jiaxing.user("printing_office"),
        holder="样例**有限公司",
        basis=BASIS,
    )
    assert document.kind == key
    assert document.number.endswith(f"〔{clock.today().year}〕1号")
    assert document.content["specimen"] is True
    assert version.content["kind"] == key


def test_without_a_legal_basis_nothing_is_issued_and_no_number_taken(jiaxing: Town) -> None:
    order = Order("revocation", facts_of("revocation"))
    by = jiaxing.user("printing_office")
    for basis in (("", ""), ("示例办法", "")):
        with pytest.raises(PaperRefused) as refusal:
            issue_from_facts("jiaxing", order, by=by, holder="甲", basis=basis)
        assert refusal.value.code == "no_basis"
        assert "取消资格决定书" in refusal.value.detail
    assert not NumberSeries.objects.exists()


def test_the_remedy_goes_by_the_day_and_by_who_signs(jiaxing: Town) -> None:
    by = jiaxing.user("printing_office")

    def printed(key: str, day: datetime) -> str:
        with clock.at(day):
            order = Order(key, facts_of(key))
            document, _version = issue_from_facts("jiaxing", order, by=by, holder="甲", basis=BASIS)
        return str(document.content["body"])

    before, after = (
        datetime(y, m, 20, 10, tzinfo=clock.BEIJING) for y, m in ((2023, 12), (2024, 1))
    )
    both = "嘉兴市人民政府或者浙江省科学技术厅申请行政复议"
    assert both in printed("revocation", before)
    assert "向嘉兴市人民政府申请行政复议" in printed("revocation", after)
    assert "向嘉兴市人民政府申请行政复议" in printed("recovery", before), "a joint act"


def test_a_paper_bears_the_organs_of_its_day(jiaxing: Town) -> None:
    """The finance bureau of 2018-07-04 was 财政局（地税局） (domain §7.15)."""
    old = Organ.objects.get(city="jiaxing", key="finance_bureau_2016")
    with clock.at(datetime(2026, 11, 2, 10, tzinfo=clock.BEIJING)):
        science = jiaxing.organ("science_bureau")
        order = Order("recovery", facts_of("recovery"), organs=(old, science))
        document, _version = issue_from_facts(
            "jiaxing", order, by=jiaxing.user("printing_office"), holder="甲", basis=BASIS
        )
    assert document.organ_names == ["嘉兴市财政局", "嘉兴市科学技术局"]


def test_an_organ_that_is_gone_without_successor_signs_nothing(jiaxing: Town) -> None:
    organ = Organ.objects.create(
        city="jiaxing",
        key="gone",
        name="嘉兴市样例局",
        short_name="样例局",
        kind="department",
        document_code="嘉样示",
        valid_to=date(2019, 1, 1),
    )
    order = Order("recovery", facts_of("recovery"), organs=(organ,))
    with pytest.raises(PaperRefused) as refusal:
        issue_from_facts(
            "jiaxing", order, by=jiaxing.user("printing_office"), holder="甲", basis=BASIS
        )
    assert refusal.value.code == "no_organ"


def test_a_character_no_font_prints_is_refused_with_its_code_point(jiaxing: Town) -> None:
    order = Order("objection_reply", {**facts_of("objection_reply"), "finding": "\U00032f87"})
    with pytest.raises(PaperRefused, match=r"U\+32F87"):
        issue_from_facts(
            "jiaxing", order, by=jiaxing.user("printing_office"), holder="甲", basis=BASIS
        )
    assert not NumberSeries.objects.exists()


def test_a_city_without_the_notice_issues_none(jiaxing: Town) -> None:
    case = jiaxing.filed("recognition", "nanhu")
    TemplateVersion.objects.filter(city="jiaxing", key="site_record").update(key="elsewhere")
    assert issue_for_case(case, Order("site_record"), by=None) is None


def test_a_version_never_changes(jiaxing: Town) -> None:
    version = TemplateVersion.objects.filter(city="jiaxing", key="bulletin").get()
    version.content = {}
    with pytest.raises(VersionChanged):
        version.save()
    with pytest.raises(VersionChanged):
        version.delete()


def test_loading_the_pack_again_changes_nothing_and_new_words_are_a_new_version(
    jiaxing: Town,
) -> None:
    source = pack("jiaxing")
    count = TemplateVersion.objects.count()
    PART.load(source, None)
    assert TemplateVersion.objects.count() == count
    changed = dict(source.notices)
    first = source.notices["bulletin"]
    changed["bulletin"] = type(first)(first.name, {**first.data, "note": "内部资料"}, first.lines)
    PART.load(type(source)(source.folder, source.city, notices=changed), None)
    versions = TemplateVersion.objects.filter(city="jiaxing", key="bulletin")
    assert [v.number for v in versions.order_by("number")] == [1, 2]
    assert Paper.objects.count() == Document.objects.count() == 0
