"""An office changes a wording: boxes, checks, the very PDF, four eyes, nothing typed is lost."""

from __future__ import annotations

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from approvals.applications.errors import NotAllowedError, WrongStateError
from approvals.notices import examining, forms
from approvals.notices.drafts import draft_of
from approvals.notices.models import TemplateVersion
from approvals.notices.selectors import in_force
from approvals.notices.services import editing
from approvals.notices.services.issuing import Order, issue_for_case
from journal.selectors import entries
from tests.notices.shipped import TEMPLATES, template
from tests.people import Town

BACKEND = "django.contrib.auth.backends.ModelBackend"
EDIT = "/templates/jiaxing/extension/edit/"
FACTS = {
    "reason": "需要核实",
    "approver": "负责人",
    "days": 5,
    "due_on": "2026-12-10",
    "extension_basis": "示例办法第十条",
}


def current(key: str = "extension") -> TemplateVersion:
    found = in_force("jiaxing", key)
    assert found is not None
    return found


def changed(version: TemplateVersion, words: str = "特此告知。") -> dict:
    return {**version.content, "body": [*version.content["body"], {"paragraph": words}]}


def propose(town: Town, words: str = "特此告知。", name: str = "reviewer") -> TemplateVersion:
    base = current()
    by = town.user(name)
    return editing.propose(base, by=by, content=changed(base, words), reason="语气更完整")


def posted(version: TemplateVersion, **more: str) -> dict[str, str]:
    """The form as the page would send it."""
    draft = draft_of(version.content)
    data = {"title": draft.title, "addressees": draft.addressees, "note": draft.note}
    data |= {"copies_to": draft.copies_to, "base": str(version.pk)}
    lists = [(forms.boxes(draft.blocks, "body"))]
    for annex in forms.annex_boxes(draft):
        data[f"{annex.prefix}-title"] = annex.title
        if annex.landscape:
            data[f"{annex.prefix}-landscape"] = "1"
        lists.append(annex.boxes)
    for boxes in lists:
        for box in boxes:
            data[f"{box.prefix}-kind"] = box.kind
            data[f"{box.prefix}-text"] = box.text
            data[f"{box.prefix}-place"] = str(box.number)
    return data | more


@pytest.mark.parametrize(("city", "key"), TEMPLATES)
def test_every_shipped_template_goes_through_the_boxes_unchanged(city: str, key: str) -> None:
    content = template(city, key)
    again = forms.posted(posted(TemplateVersion(content=content))).content(content)
    plain = {k: v for k, v in content.items() if v or k in again}
    assert {**again, "addressees": again["addressees"] or plain.get("addressees", [])} == {
        **plain,
        "addressees": plain.get("addressees", []),
    }


NAMES = ("title", "addressees", "body-0-text", "body-0-kind", "body-1-place", "body-1-text")
NAMES += ("annex-0-title", "annex-0-0-text", "annex-0-0-kind", "note", "copies_to", "base")


@given(st.dictionaries(st.sampled_from(NAMES), st.text(max_size=20), max_size=6))
def test_whatever_is_posted_is_read(data: dict[str, str]) -> None:
    forms.posted(data).content({"format": "form", "kind": "extension", "organs": ["a"]})


def test_a_block_is_moved_by_its_number_and_taken_out_by_emptying_it(jiaxing: Town) -> None:
    version = current()
    data = posted(version, **{"body-2-text": "", "body-3-place": "1"})
    texts = [next(iter(block.values())) for block in forms.posted(data).content({})["body"]]
    assert texts[1].startswith("联系方式"), "equal numbers keep their order"
    assert len(texts) == len(version.content["body"]) - 1


def test_a_second_person_puts_it_in_force_and_the_next_paper_is_made_of_it(jiaxing: Town) -> None:
    case = jiaxing.filed("recognition", "nanhu")
    old = current()
    made = propose(jiaxing)
    assert current() == old, "a proposal changes nothing"
    with pytest.raises(NotAllowedError):
        editing.settle(made, by=jiaxing.user("reviewer"), approve=True, answer="")
    with pytest.raises(NotAllowedError):
        editing.settle(made, by=jiaxing.user("printing_office"), approve=True, answer="")
    leader = jiaxing.user("bureau_leader")
    editing.settle(made, by=leader, approve=True, answer="同意")
    editing.settle(made, by=leader, approve=True, answer="同意")
    assert current() == made
    paper = issue_for_case(case, Order("extension", FACTS, about="x"), by=leader)
    assert paper.template == made
    assert paper.document.content["body"][-1]["text"] == "特此告知。"
    verbs = [entry.verb for entry in entries("template:jiaxing/extension")]
    assert verbs == ["template_proposed", "template_in_force"]


def test_nobody_approves_his_own_even_with_both_rights(jiaxing: Town) -> None:
    leader = jiaxing.user("bureau_leader")
    made = propose(jiaxing)
    TemplateVersion.objects.filter(pk=made.pk).update(author=leader)
    with pytest.raises(NotAllowedError) as refusal:
        editing.settle(made, by=leader, approve=True, answer="")
    assert refusal.value.code == "four_eyes"


def test_sent_twice_it_is_one_proposal_and_another_one_waits_its_turn(jiaxing: Town) -> None:
    made = propose(jiaxing)
    assert propose(jiaxing) == made
    with pytest.raises(editing.OvertakenError):
        propose(jiaxing, "另一句。", "printing_office")
    assert TemplateVersion.objects.filter(key="extension", city="jiaxing").count() == 2


def test_a_decline_needs_a_reason_and_the_author_may_withdraw(jiaxing: Town) -> None:
    made = propose(jiaxing)
    leader = jiaxing.user("bureau_leader")
    with pytest.raises(WrongStateError):
        editing.settle(made, by=leader, approve=False, answer=" ")
    editing.settle(made, by=leader, approve=False, answer="不必要")
    with pytest.raises(WrongStateError):
        editing.settle(made, by=leader, approve=True, answer="")
    again = propose(jiaxing, "另一句。")
    with pytest.raises(NotAllowedError):
        editing.withdraw(again, by=leader)
    assert editing.withdraw(again, by=jiaxing.user("reviewer")).state == "withdrawn"
    assert current().number == 1


def test_an_old_wording_comes_back_as_a_new_version(jiaxing: Town) -> None:
    old = current()
    editing.settle(propose(jiaxing), by=jiaxing.user("bureau_leader"), approve=True, answer="")
    back = editing.revert(old, by=jiaxing.user("printing_office"), reason="仍用原句")
    editing.settle(back, by=jiaxing.user("bureau_leader"), approve=True, answer="")
    assert (current().number, current().sha256) == (3, old.sha256)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("尊敬的{applicnt}", "没有名为 {applicnt} 的字段"),
        ("花括号{applicant", "花括号没有成对"),
        ("用字\U00032f87", "U+32F87"),
        ("{% include 'x' %}", "没有名为"),
    ],
)
def test_what_cannot_be_printed_is_refused_with_its_reason(
    jiaxing: Town, words: str, said: str
) -> None:
    with pytest.raises(editing.TemplateRefused) as refusal:
        propose(jiaxing, words)
    assert any(said in fault for fault in refusal.value.faults), refusal.value.faults


@pytest.mark.parametrize(
    ("note", "said"),
    [("送{applicnt}", "没有名为 {applicnt} 的字段"), ("{", "成对"), ("\U00032f87", "U+32F87")],
)
def test_the_remark_below_the_date_is_checked_as_every_other_text(
    jiaxing: Town, note: str, said: str
) -> None:
    base = current()
    content = {**base.content, "note": note}
    with pytest.raises(editing.TemplateRefused) as refusal:
        editing.propose(base, by=jiaxing.user("reviewer"), content=content, reason="短")
    assert any(said in fault for fault in refusal.value.faults), refusal.value.faults


def test_the_remark_below_the_date_is_filled_as_every_other_text(jiaxing: Town) -> None:
    base = current()
    page = examining.sample_page(base, {**base.content, "note": "送{applicant}"})
    assert page["note"].startswith("送")
    assert "{" not in page["note"]


def test_a_template_without_what_its_kind_demands_is_refused(jiaxing: Town) -> None:
    base = current("non_acceptance")
    body = [b for b in base.content["body"] if b != {"paragraph": "{remedy}"}]
    with pytest.raises(editing.TemplateRefused, match="救济途径"):
        editing.propose(
            base, by=jiaxing.user("reviewer"), content={**base.content, "body": body}, reason="短"
        )


def test_the_office_changes_the_notice_of_a_decision_of_its_programs_line(jiaxing: Town) -> None:
    base = current("recognition_approved")
    content = changed(base, "请{applicant}（{incubator_name}）珍惜荣誉。")
    made = editing.propose(base, by=jiaxing.user("reviewer"), content=content, reason="补充")
    editing.settle(made, by=jiaxing.user("bureau_leader"), approve=True, answer="")
    assert made.root_sha256 == base.sha256


def test_the_editor_checks_previews_and_proposes(jiaxing: Town, client) -> None:
    client.force_login(jiaxing.user("reviewer"), BACKEND)
    page = client.get(EDIT).content.decode()
    assert "{applicant}" in page
    assert "申请单位" in page
    version = current()
    wrong = posted(version, act="check", **{"body-0-text": "尊敬的{applicnt}"})
    said = client.post(EDIT, wrong).content.decode()
    assert "没有名为 {applicnt} 的字段" in said
    assert "尊敬的{applicnt}" in said, "what was typed is still there"
    only = client.post(EDIT, wrong, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in only
    assert "没有名为" in only
    pdf = client.post(
        EDIT,
        posted(
            version,
            act="preview",
            **{"body-0-text": "试{reason}{approver}{days}{due_on}{extension_basis}"},
        ),
    )
    assert pdf["Content-Type"] == "application/pdf"
    assert TemplateVersion.objects.filter(key="extension", city="jiaxing").count() == 1
    right = posted(version, act="propose", reason="更清楚", **{"body-4-text": "特此告知。"})
    answer = client.post(EDIT, right)
    made = TemplateVersion.objects.get(key="extension", city="jiaxing", state="proposed")
    assert answer["Location"] == f"/template-versions/{made.pk}/"
    client.force_login(jiaxing.user("bureau_leader"), BACKEND)
    shown = client.get(f"/template-versions/{made.pk}/").content.decode()
    assert "<ins>特此告知。</ins>" in shown
    assert client.get(f"/template-versions/{made.pk}.pdf")["Content-Type"] == "application/pdf"
    client.post(f"/template-versions/{made.pk}/settle/", {"act": "approve"})
    assert current() == made


TOO_LONG = "关于延期的" * 30


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh-hans", "标题（title）：有150个字，最多120个字。请缩短。"),
        ("en", "Title (title): has 150 characters, at most 120 are allowed. Shorten it."),
    ],
)
def test_the_editor_tells_a_title_that_is_too_long_in_the_readers_language(
    jiaxing: Town, client, language: str, said: str
) -> None:
    client.force_login(jiaxing.user("reviewer"), BACKEND)
    client.cookies["django_language"] = language
    with translation.override(language):
        page = client.post(EDIT, posted(current(), act="check", title=TOO_LONG)).content.decode()
    assert said in page


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh-hans", "标题（title）：没有填写。请填写后再检查。"),
        ("en", "Title (title): is empty. Fill it in and check again."),
    ],
)
def test_the_editor_names_the_box_that_was_left_empty(
    jiaxing: Town, client, language: str, said: str
) -> None:
    client.force_login(jiaxing.user("reviewer"), BACKEND)
    client.cookies["django_language"] = language
    with translation.override(language):
        page = client.post(EDIT, posted(current(), act="check", title=" ")).content.decode()
    assert said in page
    assert "is not a text" not in page


def test_who_was_overtaken_gets_409_with_his_words_and_the_difference(
    jiaxing: Town, client
) -> None:
    version = current()
    mine = posted(version, act="propose", reason="我的理由", **{"body-4-text": "我的一句。"})
    made = propose(jiaxing, "同事的一句。", "printing_office")
    client.force_login(jiaxing.user("reviewer"), BACKEND)
    waiting = client.post(EDIT, mine)
    assert waiting.status_code == 409
    assert "我的一句。" in waiting.content.decode()
    editing.settle(made, by=jiaxing.user("bureau_leader"), approve=True, answer="")
    answer = client.post(EDIT, mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "我的一句。" in page
    assert "我的理由" in page
    assert "<ins>同事的一句。</ins>" in page
    assert f'name="base" value="{made.pk}"' in page
    client.post(EDIT, {**mine, "base": str(made.pk)})
    last = TemplateVersion.objects.get(key="extension", city="jiaxing", state="proposed")
    assert last.base == made


def test_the_pages_are_for_the_offices_of_the_city(jiaxing: Town, mudanjiang: Town, client) -> None:
    client.force_login(jiaxing.user("printing_office"), BACKEND)
    listed = client.get("/templates/").content.decode()
    assert "jiaxing/extension" in listed
    assert "mudanjiang/extension" not in listed
    assert client.get("/templates/mudanjiang/extension/").status_code == 404
    client.force_login(jiaxing.user("nanhu_officer"), BACKEND)
    assert client.get("/templates/").status_code == 403
    assert client.get("/templates/jiaxing/extension/").status_code == 404
    client.force_login(jiaxing.user("bureau_leader"), BACKEND)
    assert client.get(EDIT).status_code == 403, "who approves does not write"


def test_the_list_of_templates_costs_the_same_at_any_number_of_versions(
    jiaxing: Town, client, django_assert_num_queries
) -> None:
    client.force_login(jiaxing.user("reviewer"), BACKEND)
    client.get("/templates/")  # the session is kept on for the day
    with django_assert_num_queries(LIST):
        client.get("/templates/")
    base = current()
    for number in range(2, 202):
        TemplateVersion.objects.bulk_create(
            [
                TemplateVersion(
                    city="jiaxing",
                    key="extension",
                    number=number,
                    kind="extension",
                    content=base.content,
                    sha256=base.sha256,
                    root_sha256=base.sha256,
                    source="office",
                    state="withdrawn",
                    written_at=base.written_at,
                )
            ]
        )
    with django_assert_num_queries(LIST):
        client.get("/templates/")


LIST = 7
"""Session, user, the two rights, the versions; the frame's positions and its bell."""
