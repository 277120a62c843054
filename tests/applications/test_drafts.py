"""Drafts: nothing entered is lost, two windows do not overwrite each other."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from approvals.applications import services
from approvals.applications.drafts import merge, prints_of
from approvals.applications.errors import (
    DraftConflictError,
    NotAllowedError,
    WrongStateError,
)
from journal.selectors import entries
from tests.applications.filing import enterprise, fill, organ, person


def test_a_draft_begins_with_what_is_known_of_the_applicant(draft, incubator):
    assert draft.applicant == incubator
    assert draft.county == organ("nanhu")
    assert draft.phase == "draft"
    assert [entry.verb for entry in entries(draft.stream)] == ["draft_created"]


def test_a_stranger_cannot_begin_a_draft_for_somebody_elses_company(program, incubator, rival):
    with pytest.raises(NotAllowedError):
        services.create_draft(program, incubator, rival)


def test_a_company_of_a_kind_the_program_does_not_admit_is_told_so(program, db):
    place = enterprise("样例众创空间有限公司")
    place.applicant.kind = "makerspace"
    place.applicant.save()
    by = person("maker", "applicant", place)
    with pytest.raises(WrongStateError, match="孵化器"):
        services.create_draft(program, place, by)


def test_two_windows_changing_different_fields_are_merged(draft, applicant):
    base = prints_of(draft.data, ["industry", "head_name"])
    services.save_draft(
        draft, by=applicant, data={"industry": "集成电路", "head_name": ""}, base=base
    )
    saved = services.save_draft(
        draft, by=applicant, data={"industry": "", "head_name": "样例人"}, base=base
    )
    assert (saved.data["industry"], saved.data["head_name"]) == ("集成电路", "样例人")


def test_two_windows_changing_one_field_get_a_conflict_and_nothing_is_lost(draft, applicant):
    base = prints_of(draft.data, ["industry"])
    services.save_draft(draft, by=applicant, data={"industry": "集成电路"}, base=base)
    with pytest.raises(DraftConflictError) as raised:
        services.save_draft(draft, by=applicant, data={"industry": "生物医药"}, base=base)
    (difference,) = raised.value.differences
    assert (difference.stored, difference.entered) == ("集成电路", "生物医药")
    draft.refresh_from_db()
    assert draft.data["industry"] == "集成电路"


def test_the_conflict_page_keeps_both_values_and_saving_again_decides(draft, applicant, logged_in):
    client = logged_in(applicant)
    address = reverse("applications:edit", args=[draft.pk, "operator"])
    base = json.dumps(prints_of(draft.data, ["industry"]))
    client.post(address, {"industry": "集成电路", "base": base})
    answer = client.post(address, {"industry": "生物医药", "base": base})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "集成电路" in page
    assert "生物医药" in page
    again = client.post(address, {"industry": "生物医药", "base": answer.context["base"]})
    assert again.status_code != 409
    draft.refresh_from_db()
    assert draft.data["industry"] == "生物医药"


def test_an_autosave_does_not_make_the_other_windows_change_look_like_mine(
    draft, applicant, logged_in
):
    client = logged_in(applicant)
    address = reverse("applications:edit", args=[draft.pk, "operator"])
    base = json.dumps(prints_of(draft.data, ["industry", "incubator_name"]))
    client.post(address, {"industry": "集成电路", "base": base})
    mine = {"industry": "", "incubator_name": "甲", "base": base}
    saved = client.post(address, mine, headers={"HX-Request": "true"})
    mine = {"industry": "", "incubator_name": "甲乙", "base": saved.context["base"]}
    client.post(address, mine)
    draft.refresh_from_db()
    assert (draft.data["industry"], draft.data["incubator_name"]) == ("集成电路", "甲乙")


def test_after_a_conflict_my_other_changes_are_still_mine(draft, applicant, logged_in):
    client = logged_in(applicant)
    address = reverse("applications:edit", args=[draft.pk, "operator"])
    base = json.dumps(prints_of(draft.data, ["industry", "incubator_name", "ownership"]))
    theirs = {"industry": "集成电路", "ownership": "state", "base": base}
    client.post(address, theirs)
    mine = {"industry": "生物医药", "incubator_name": "甲", "ownership": "", "base": base}
    conflict = client.post(address, mine)
    assert conflict.status_code == 409
    client.post(address, mine | {"base": conflict.context["base"]})
    draft.refresh_from_db()
    assert draft.data["industry"] == "生物医药"
    assert draft.data["incubator_name"] == "甲"
    assert draft.data["ownership"] == "state"


def test_an_unreadable_answer_is_kept_as_typed_and_named(draft, applicant, logged_in):
    client = logged_in(applicant)
    address = reverse("applications:edit", args=[draft.pk, "space"])
    answer = client.post(address, {"area": "六千多", "then": "continue"})
    assert answer.status_code == 422
    assert "六千多" in answer.content.decode()
    assert 'href="#id_area"' in answer.content.decode()
    draft.refresh_from_db()
    assert draft.data["area"] == "六千多"


def test_full_width_figures_and_thousands_are_read_exactly(draft, applicant, logged_in):
    address = reverse("applications:edit", args=[draft.pk, "space"])
    logged_in(applicant).post(address, {"area": "６，２００．５０", "then": "leave"})
    draft.refresh_from_db()
    assert draft.data["area"] == "6200.50"


def test_autosave_answers_with_the_time_and_a_new_base(draft, applicant, logged_in):
    address = reverse("applications:edit", args=[draft.pk, "operator"])
    answer = logged_in(applicant).post(
        address, {"industry": "集成电路"}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "已自动保存" in page
    assert 'hx-swap-oob="true"' in page
    assert "<html" not in page


def test_a_row_is_added_and_removed_without_script(draft, applicant, logged_in):
    client = logged_in(applicant)
    address = reverse("applications:edit", args=[draft.pk, "space"])
    first = {"bases-rows": "1", "bases-0-address": "甲路1号", "bases-0-area": "10"}
    answer = client.post(address, first | {"add_row": "bases"})
    assert 'name="bases-1-address"' in answer.content.decode()
    both = first | {"bases-rows": "2", "bases-1-address": "乙路2号", "bases-1-area": "20"}
    answer = client.post(address, both | {"remove_row": "bases:0"})
    page = answer.content.decode()
    assert 'value="乙路2号"' in page
    assert 'name="bases-1-address"' not in page
    draft.refresh_from_db()
    assert [row["address"] for row in draft.data["bases"]] == ["乙路2号"]


def test_pressing_enter_saves_and_never_removes_a_row(draft, applicant, logged_in):
    address = reverse("applications:edit", args=[draft.pk, "space"])
    page = logged_in(applicant).get(address).content.decode()
    form = page[page.index("data-guard") :]
    first = form[form.index('<button type="submit"') :].split(">")[0]
    assert 'value="continue"' in first


def test_a_filed_application_cannot_be_edited_as_a_draft(filed, applicant):
    with pytest.raises(WrongStateError):
        services.save_draft(filed, by=applicant, data={"industry": "别的"})


def test_a_discarded_draft_leaves_the_list(draft, applicant, logged_in):
    client = logged_in(applicant)
    client.post(reverse("applications:discard", args=[draft.pk]))
    assert draft.program.title not in client.get(reverse("applications:list")).content.decode()


def test_automatic_saves_are_not_journalled_but_deliberate_ones_are(draft, applicant):
    services.save_draft(draft, by=applicant, data={"industry": "甲"}, automatic=True)
    services.save_draft(draft, by=applicant, data={"industry": "乙"})
    assert [entry.verb for entry in entries(draft.stream)] == ["draft_created", "draft_saved"]


def test_every_section_is_marked_done_when_complete(draft, applicant, logged_in):
    fill(draft, applicant)
    page = logged_in(applicant).get(reverse("applications:check", args=[draft.pk]))
    states = {entry.title: entry.state for entry in page.context["entries"]}
    assert set(states.values()) <= {"done", ""}


_values = st.dictionaries(st.sampled_from("abcd"), st.sampled_from(["", "1", "2"]), max_size=4)


@given(stored=_values, entered=_values, seen=_values)
def test_a_merge_never_drops_a_value_silently(stored, entered, seen):
    base = prints_of(seen, list("abcd"))
    try:
        merged = merge(stored, entered, base, {})
    except DraftConflictError:
        return
    for key in "abcd":
        theirs_changed = stored.get(key, "") != seen.get(key, "")
        if theirs_changed:
            assert merged.get(key, "") == stored.get(key, "")
