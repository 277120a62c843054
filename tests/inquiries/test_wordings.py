"""Wordings for opinions: one's own, one's office's, never another's."""

from __future__ import annotations

import pytest
from django.test import Client

from approvals.applications.errors import NotAllowedError
from approvals.inquiries import services
from approvals.inquiries.models import Wording
from tests.people import Town


def test_the_opinion_begins_with_the_wording_that_was_chosen(jiaxing: Town) -> None:
    case = jiaxing.filed("recognition", "nanhu")
    task = jiaxing.played_to(case, "county_review")
    officer, leader = jiaxing.user("nanhu_officer"), jiaxing.user("nanhu_leader")
    shared = services.keep_wording(
        task.organ, by=leader, title="同意推荐", text="经审核，符合条件，同意推荐。", shared=True
    )
    services.keep_wording(task.organ, by=leader, title="本人的", text="仅本人使用的文字")
    client = Client()
    client.force_login(officer)
    page = client.get(f"/tasks/{task.pk}/").content.decode()
    assert f"?wording={shared.pk}" in page
    assert "本人的" not in page
    begun = client.get(f"/tasks/{task.pk}/?wording={shared.pk}").content.decode()
    assert "经审核，符合条件，同意推荐。</textarea>" in begun
    for nothing in ("0", "x", "9" * 30):
        assert client.get(f"/tasks/{task.pk}/?wording={nothing}").status_code == 200


def test_another_offices_wordings_can_be_neither_used_nor_kept_nor_removed(jiaxing: Town) -> None:
    nanhu, officer = jiaxing.organ("nanhu"), jiaxing.user("nanhu_officer")
    stranger = jiaxing.user("xiuzhou_officer")
    kept = services.keep_wording(nanhu, by=officer, title="同意", text="同意。", shared=True)
    with pytest.raises(NotAllowedError):
        services.keep_wording(nanhu, by=stranger, title="x", text="x", shared=True)
    services.remove_wording(kept.pk, by=stranger)
    assert Wording.objects.filter(pk=kept.pk).exists()
    services.remove_wording(kept.pk, by=officer)
    assert not Wording.objects.filter(pk=kept.pk).exists()


def test_the_same_title_is_written_over(jiaxing: Town) -> None:
    nanhu, officer = jiaxing.organ("nanhu"), jiaxing.user("nanhu_officer")
    services.keep_wording(nanhu, by=officer, title="同意", text="旧")
    services.keep_wording(nanhu, by=officer, title="同意", text="新")
    assert [row.text for row in Wording.objects.filter(owner=officer)] == ["新"]
