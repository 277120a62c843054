"""Every act that produces a paper: numbered in its own transaction, reached by whom it is meant for."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import translation

import clock
from approvals.applications.errors import NotAllowedError
from approvals.applications.models import Application
from approvals.deadlines import services as deadlines
from approvals.inquiries import services as inquiries
from approvals.inquiries.services.site_checks import Visit
from approvals.notices.models import Paper, TemplateVersion
from approvals.notices.panels import lines_for
from approvals.notices.services.serving import make_service_record
from approvals.rehearsal.choices import Plan
from approvals.reviews.errors import OpinionRefused
from approvals.reviews.services import decide_task
from approvals.reviews.statement import Reason, Statement
from approvals.reviews.timing import fire
from approvals.revisions import services as revisions
from benchmarks.subjects import django_world
from documents import services as documents
from documents.models import Document, RegisterEntry
from documents.wording import days_in_text
from journal.selectors import entries
from organizations.models import User
from tests.people import Town, key
from workflows import timers
from workflows.errors import NotVisible
from workflows.models import Task

BACKEND = "django.contrib.auth.backends.ModelBackend"
NOT_MET = Reason("示例办法第六条第一项", "实际运营时间不少于1年", "实际运营不足一年")


def say(town: Town, task: Task, person: str, statement: Statement):
    return decide_task(
        task.pk, actor=town.user(person), key=key(), expected_version=1, statement=statement
    )


def paper(case: Application, kind: str) -> Document:
    return Document.objects.get(paper__application=case, paper__kind=kind)


def text(document: Document) -> str:
    return str(document.content["body"]) + str(document.content["annexes"])


def test_filing_gives_a_receipt_that_lists_the_material(jiaxing: Town) -> None:
    case = jiaxing.filed("recognition", "nanhu")
    document = paper(case, "receipt")
    assert document.number == f"嘉科收示〔{clock.today().year}〕1号"
    assert case.submitted_sha256 in text(document).replace(" ", "")
    for file in case.attachments.all():
        assert file.name in text(document)
    assert document.content["specimen"] is True
    assert {"document_issued"} <= {entry.verb for entry in entries(case.stream)}


def test_acceptance_is_issued_with_the_lawful_last_day(jiaxing: Town) -> None:
    case = jiaxing.filed("recognition", "nanhu")
    jiaxing.played_to(case, "department_opinion")
    case.refresh_from_db()
    document = paper(case, "acceptance")
    due = case.due_on
    assert f"预计办结日期为{due.year}年{due.month}月{due.day}日" in text(document)
    assert "示例〔2024〕1号" in text(document)
    issued = [e for e in entries(case.stream) if e.data.get("kind") == "acceptance"]
    assert [entry.actor_name for entry in issued if entry.verb == "document_issued"] == [
        jiaxing.user("intake").name
    ]


def test_an_intake_that_sleeps_accepts_by_law_and_the_paper_says_so(jiaxing: Town) -> None:
    case = jiaxing.filed("recognition", "nanhu")
    timer = timers.armed(jiaxing.played_to(case, "intake"))
    with clock.at(timer.scheduled):
        fire({"task": timer.pk})
    said = text(paper(case, "acceptance"))
    assert "五个工作日内未作出处理" in said
    assert "材料齐全" not in said


def test_a_correction_lists_every_defect_and_a_long_one_whole(jiaxing: Town) -> None:
    case = jiaxing.filed("recognition", "nanhu")
    intake = jiaxing.played_to(case, "intake")
    long = "请补充说明。" * 120
    items = (
        {"slot": "premises", "problem": "租赁合同缺少签字页\n请补交"},
        {"field": "staff", "problem": long},
    )
    say(jiaxing, intake, "intake", Statement("return", text="请补正。", items=items))
    document = paper(case, "correction")
    assert document.number.startswith("嘉科补示〔")
    rows = document.content["body"][1]["rows"]
    assert [row[0] for row in rows] == ["1", "2", "", ""]
    assert rows[0][2] == "租赁合同缺少签字页 请补交"
    assert "".join(row[2] for row in rows[1:]) == long


def test_a_defect_no_font_prints_is_refused_and_nothing_is_written(jiaxing: Town) -> None:
    case = jiaxing.filed("recognition", "nanhu")
    intake = jiaxing.played_to(case, "intake")
    items = ({"field": "staff", "problem": "请核对\U00032f87"},)
    with pytest.raises(OpinionRefused, match=r"U\+32F87"):
        say(jiaxing, intake, "intake", Statement("return", text="请补正。", items=items))
    assert not case.corrections.exists()
    assert Task.objects.get(pk=intake.pk).is_open


def test_a_county_that_returns_has_no_paper_of_the_bureau(jiaxing: Town) -> None:
    case = jiaxing.filed("recognition", "nanhu")
    task = jiaxing.played_to(case, "county_review")
    items = ({"field": "staff", "problem": "请核对"},)
    say(jiaxing, task, "nanhu_officer", Statement("return", text="请补正。", items=items))
    assert case.corrections.exists()
    assert [p.kind for p in Paper.objects.filter(application=case)] == ["receipt"]


def test_non_acceptance_gives_reasons_and_the_way_to_object(jiaxing: Town) -> None:
    case = jiaxing.filed("recognition", "nanhu")
    intake = jiaxing.played_to(case, "intake")
    words = Statement("not_accept", text="运营时间不足。\n请明年再申报。", reasons=(NOT_MET,))
    say(jiaxing, intake, "intake", words)
    document = paper(case, "non_acceptance")
    texts = [block.get("text") for block in document.content["body"]]
    assert "运营时间不足。" in texts
    assert "请明年再申报。" in texts, "one paragraph each"
    assert "六十日内向嘉兴市人民政府申请行政复议" in text(document)
    assert "示例办法第六条第一项" in text(document)


def test_words_no_font_prints_are_refused_before_a_case_is_turned_away(jiaxing: Town) -> None:
    case = jiaxing.filed("recognition", "nanhu")
    intake = jiaxing.played_to(case, "intake")
    words = Statement("not_accept", text="\U00032f87", reasons=(NOT_MET,))
    with pytest.raises(OpinionRefused, match=r"U\+32F87"):
        say(jiaxing, intake, "intake", words)
    assert Task.objects.get(pk=intake.pk).is_open


def consult(town: Town, task: Task, person: str):
    return inquiries.consult(
        task.pk,
        actor=town.user(person),
        key=key(),
        expected_version=1,
        organ=town.organ("natural_resources_bureau"),
        text="请核实场地用途。",
        sections=["space"],
    )


def test_a_letter_carries_what_goes_along_and_the_slip_and_the_consulted_read_it(
    jiaxing: Town, client
) -> None:
    case = jiaxing.filed("recognition", "nanhu")
    letter = consult(jiaxing, jiaxing.played_to(case, "intake"), "intake")
    document = paper(case, "consultation")
    assert document.number.startswith("嘉科函示〔")
    assert document.content["addressees"] == [jiaxing.organ("natural_resources_bureau").name]
    assert "6200" in text(document), "the section that goes along"
    assert "样例人" not in text(document), "another section does not"
    assert "□同意" in text(document)
    documents.render(document.pk)
    client.force_login(jiaxing.user("natural_resources_bureau_officer"), BACKEND)
    page = f"/consultations/{letter.pk}/"
    assert document.number in client.get(page).content.decode()
    assert client.get(f"{page}letter.pdf")["Content-Type"] == "application/pdf"
    client.force_login(jiaxing.user("tax_bureau_officer"), BACKEND)
    assert client.get(f"{page}letter.pdf").status_code == 404
    client.force_login(jiaxing.cast.member_of(case.applicant), BACKEND)
    pk = Paper.objects.get(document=document).pk
    assert client.get(f"/applications/{case.pk}/papers/{pk}.pdf").status_code == 404


def test_a_visit_is_recorded_by_who_went_with_the_number_of_his_office(jiaxing: Town) -> None:
    case = jiaxing.filed("recognition", "nanhu")
    task = jiaxing.played_to(case, "county_review")
    found = (
        {"id": "area", "clause": "第六条", "requirement": "面积", "met": True, "remark": "属实"},
    )
    inquiries.record_site_check(
        task.pk,
        actor=jiaxing.user("nanhu_officer"),
        key=key(),
        expected_version=1,
        visit=Visit(clock.today(), "示例路1号", ("甲", "乙"), "丙", found, "相符"),
    )
    document = paper(case, "site_record")
    assert document.number.startswith("南湖查示〔")
    assert "甲、乙" in text(document)
    assert ["第六条", "面积", "符合", "属实"] in document.content["body"][2]["rows"]


def test_an_extension_that_is_approved_is_told_on_paper(jiaxing: Town) -> None:
    case = jiaxing.filed("award", "nanhu")
    jiaxing.played_to(case, "department_opinion")
    given = {"expected_version": 1}
    reviewer, leader = jiaxing.user("reviewer"), jiaxing.user("bureau_leader")
    deadlines.propose_extension(
        case.pk, actor=reviewer, key=key(), reason="需要补充核实", days=5, **given
    )
    assert not Paper.objects.filter(application=case, kind="extension").exists()
    deadlines.confirm_extension(case.pk, actor=leader, key=key(), approve=True, **given)
    said = text(paper(case, "extension"))
    assert "因需要补充核实" in said
    assert "办理期限延长5个工作日" in said


def test_the_panel_the_publicity_the_certificate_and_the_plaque(jiaxing: Town, client) -> None:
    """One recognition to its end: what is printed on the way, and who reads what."""
    case = jiaxing.filed("recognition", "nanhu")
    plan = Plan(dice=random.Random(3))
    jiaxing.played_to(case, "propose", plan)
    panel = paper(case, "expert_opinion")
    opinions = next(
        b for b in panel.content["body"] if b["kind"] == "table" and b["header"][0] == "席位"
    )
    assert len(opinions["rows"]) >= 3
    experts = Task.objects.filter(process=case.process, role="expert").values_list("owner__name")
    assert not any(name in str(panel.content) for (name,) in experts if name)
    public = jiaxing.played_to(case, "publicity", plan)
    shown = paper(case, "publicity")
    timer = timers.armed(public)
    last = (timer.scheduled - timedelta(seconds=1)).astimezone(clock.BEIJING).date()
    first = public.entered_at.astimezone(clock.BEIJING).date()
    assert f"公示期为{days_in_text(first, last)}（5个工作日）" in text(shown)
    assert "拟认定" in shown.title
    with clock.at(timer.scheduled):
        fire({"task": timer.pk})
    desk = jiaxing.played_to(case, "sign", plan)
    say(jiaxing, desk, "bureau_leader", Statement("sign", text="同意签发。"))
    decision = case.decisions.get()
    certificate, plaque = paper(case, "certificate"), paper(case, "plaque")
    assert f"认定文号：{decision.document.number}" in text(certificate)
    assert plaque.title == "嘉兴市科技企业孵化器"
    kept = Paper.objects.get(document=decision.document)
    assert kept.template == TemplateVersion.objects.get(city="jiaxing", key="recognition_approved")
    for document in (certificate, panel):
        documents.render(document.pk)
    client.force_login(jiaxing.cast.member_of(case.applicant), BACKEND)
    page = client.get(f"/applications/{case.pk}/").content.decode()
    assert certificate.number in page
    assert panel.number not in page, "the file's own papers are not the applicant's"

    def status(document: Document) -> int:
        pk = document.paper.pk
        return client.get(f"/applications/{case.pk}/papers/{pk}.pdf").status_code

    assert (status(certificate), status(panel)) == (200, 404)
    client.force_login(jiaxing.user("reviewer"), BACKEND)
    assert (status(certificate), status(panel)) == (200, 200)
    client.force_login(jiaxing.user("xiuzhou_officer"), BACKEND)
    assert (status(certificate), status(panel)) == (404, 404)


def test_money_is_made_public_jointly_with_its_sum_and_a_voucher_has_its_slip(
    jiaxing: Town,
) -> None:
    case = jiaxing.filed("voucher", "nanhu")
    plan = Plan(dice=random.Random(3))
    timer = timers.armed(jiaxing.played_to(case, "publicity", plan))
    shown = paper(case, "publicity")
    assert shown.organ_names == ["嘉兴市财政局", "嘉兴市科学技术局"]
    assert "2万元" in text(shown)
    assert "20000.00" in text(shown)
    with clock.at(timer.scheduled):
        fire({"task": timer.pk})
    desk = jiaxing.played_to(case, "sign", plan)
    say(jiaxing, desk, "bureau_leader", Statement("sign", text="同意签发。"))
    voucher = paper(case, "voucher")
    assert "人民币贰万元整" in text(voucher)
    assert case.decisions.get().document.number in text(voucher)


def test_a_makerspace_is_filed_and_its_papers_say_so(mudanjiang: Town) -> None:
    case = mudanjiang.filed("recognition")
    mudanjiang.played_to(case, "publicity", Plan(dice=random.Random(3)))
    shown = paper(case, "publicity")
    assert "备案为牡丹江市众创空间" in shown.title
    assert "认定" not in str(shown.content)


def test_a_proof_of_service_is_made_once_by_who_hands_papers_over(jiaxing: Town) -> None:
    case = jiaxing.filed("recognition", "nanhu")
    jiaxing.played_to(case, "department_opinion")
    served = Paper.objects.get(application=case, kind="acceptance")
    clerk = jiaxing.user("intake")
    first = make_service_record(case, served.pk, by=clerk)
    assert make_service_record(case, served.pk, by=clerk) == first
    assert served.document.number in text(first.document)
    assert case.applicant.name in text(first.document)
    with pytest.raises(NotAllowedError):
        make_service_record(case, served.pk, by=jiaxing.user("nanhu_officer"))
    with pytest.raises(NotVisible):
        make_service_record(case, served.pk, by=jiaxing.cast.member_of(case.applicant))
    with pytest.raises(NotVisible):
        make_service_record(case, served.pk, by=jiaxing.user("xiuzhou_officer"))


def test_a_corrected_paper_follows_to_its_new_number_and_is_served_anew(
    jiaxing: Town, client
) -> None:
    case = jiaxing.filed("recognition", "nanhu")
    jiaxing.played_to(case, "department_opinion")
    clerk, reviewer = jiaxing.user("intake"), jiaxing.user("reviewer")
    kept = Paper.objects.get(application=case, kind="acceptance")
    old = kept.document
    first = make_service_record(case, kept.pk, by=clerk)
    content = {**old.content, "title": "受理通知书（更正）"}
    proposal = revisions.propose(
        old.pk, act="supersede", reason="期限有误", by=reviewer, content=content
    )
    new = revisions.confirm(proposal.pk, by=jiaxing.user("bureau_leader")).result
    again = documents.void_and_renumber(new, reason="编号重复", by=clerk)
    kept.refresh_from_db()
    assert kept.document == again, "through the whole chain"
    line = next(one for one in lines_for(case, clerk) if one.paper.pk == kept.pk)
    assert line.servable
    second = make_service_record(case, kept.pk, by=clerk)
    assert second != first
    assert again.number in text(second.document)
    assert make_service_record(case, kept.pk, by=clerk) == second
    documents.render(again.pk)
    client.force_login(jiaxing.cast.member_of(case.applicant), BACKEND)
    page = client.get(f"/applications/{case.pk}/").content.decode()
    assert again.number in page


PAPER = {"sqlite": 14, "postgresql": 14}
"""Organs; series read and counted on; entry, document, link; the register's stream (three) and the
case's (three); the job (two). The first paper of a series in a year costs five more."""


def test_what_a_paper_adds_to_an_act(jiaxing: Town) -> None:
    """The acts alone stay as tests/reviews/test_cost.py states them; the paper comes on top."""
    costs = []
    pool = User.objects.filter(memberships__organ=jiaxing.organ("expert_pool"))
    experts = [user.pk for user in pool.order_by("pk")[:3]]
    words = Statement("accept", text="材料齐全。", values={"experts": experts})
    for name in ("first", "second", "without"):
        case = jiaxing.filed("recognition", "nanhu", name=name)
        intake = jiaxing.played_to(case, "intake")
        if name == "without":
            TemplateVersion.objects.filter(key="acceptance").update(key="nowhere")
        sql, _step = django_world.statements(
            lambda task=intake: say(jiaxing, task, "intake", words)
        )
        costs.append(sql)
    _first, second, without = costs
    assert len(second) - len(without) == PAPER[connection.vendor], "\n".join(second)


def test_filing_costs_no_more_with_two_hundred_papers_about(jiaxing: Town) -> None:
    """The list of a case's papers is one statement at any size."""
    case = jiaxing.filed("recognition", "nanhu")
    jiaxing.played_to(case, "department_opinion")
    reader = jiaxing.user("reviewer")
    few, lines = django_world.statements(lambda: lines_for(case, reader))
    document = paper(case, "receipt")
    many = [
        Document(
            **{
                field.attname: getattr(document, field.attname)
                for field in Document._meta.concrete_fields
                if field.attname not in {"id", "entry_id", "number", "verify_code"}
            },
            entry=RegisterEntry.objects.create(
                series=document.entry.series, n=n, taken_at=clock.now()
            ),
            number=f"示〔2026〕{n}号",
        )
        for n in range(2, 202)
    ]
    made = Document.objects.bulk_create(many)
    Paper.objects.bulk_create(
        Paper(application=case, kind="receipt", about=f"x{one.pk}", document=one) for one in made
    )
    sql, listed = django_world.statements(lambda: lines_for(case, reader))
    assert len(listed) == len(lines) + 200
    assert len(sql) == len(few) == 2


def test_a_paper_is_chinese_whatever_language_its_maker_reads(jiaxing: Town) -> None:
    case = jiaxing.filed("recognition", "nanhu")
    with translation.override("en"):
        consult(jiaxing, jiaxing.played_to(case, "intake"), "intake")
        jiaxing.played_to(case, "department_opinion")
    for document in Document.objects.filter(paper__application=case):
        for word in ("Yes", "days", "office", "Application", "Expert", "filled"):
            assert word not in text(document).replace("xlsx", ""), document.title
