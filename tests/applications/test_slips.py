"""当场更正: an obvious slip is mended at the window, told to the applicant, journalled."""

from __future__ import annotations

import pytest

from approvals.applications.errors import IncompleteError, KeyReusedError, WrongStateError
from approvals.applications.services.slips import fix_slip
from approvals.notifications.models import Notification
from journal.models import Entry
from tests.applications.mending import waiting
from tests.people import Town, key
from workflows.errors import NotAllowed, NotVisible, Stale

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def case(jiaxing: Town):
    filed = jiaxing.filed("recognition", "nanhu")
    jiaxing.played_to(filed, "intake")
    return filed


def fix(
    case, by, field: str = "head_name", value="样例仁", reason: str = "与身份证核对", **options
):
    task = waiting(case, options.get("element", "intake"))
    return fix_slip(
        task.pk,
        actor=by,
        key=options.get("with_key") or key(),
        expected_version=options.get("version", 1),
        field=field,
        value=value,
        reason=reason,
    )


def test_the_official_mends_it_and_both_know(jiaxing: Town, case) -> None:
    done = fix(case, jiaxing.user("intake"))
    done.refresh_from_db()
    assert (done.data["head_name"], done.version) == ("样例仁", 2)
    done.process.refresh_from_db()
    assert done.process.material_version == 2
    frozen = done.versions.last()
    assert (frozen.cause, frozen.by) == ("slip", jiaxing.user("intake"))
    entry = Entry.objects.get(stream__key=case.stream, verb="slip_fixed")
    assert (entry.data["before"], entry.data["after"]) == ("样例人", "样例仁")
    line = Notification.objects.get(person=jiaxing.cast.member_of(case.applicant), kind="material")
    assert "样例仁" in line.body
    assert "样例仁" not in line.title


def test_the_same_key_twice_mends_once_and_another_payload_is_refused(jiaxing: Town, case) -> None:
    official, one = jiaxing.user("intake"), key()
    for _time in range(2):
        fix(case, official, with_key=one)
    assert case.versions.count() == 2
    with pytest.raises(KeyReusedError):
        fix(case, official, value="样例义", with_key=one)


def test_on_material_that_went_on_it_is_stale(jiaxing: Town, case) -> None:
    with pytest.raises(Stale):
        fix(case, jiaxing.user("intake"), version=7)


@pytest.mark.parametrize(
    ("field", "value", "reason", "code"),
    [
        ("bases", [], "行", "not_a_slip"),
        ("nothing", "x", "理由", "not_a_slip"),
        ("head_name", "样例仁", "  ", "reason_missing"),
        ("head_name", "样例人", "理由", "unchanged"),
        ("area", "100.00", "多写了位数", "weighty_change"),
    ],
)
def test_what_is_no_slip_is_refused_and_nothing_changes(
    jiaxing: Town, case, field: str, value, reason: str, code: str
) -> None:
    before = dict(case.data)
    with pytest.raises(WrongStateError) as refused:
        fix(case, jiaxing.user("intake"), field, value, reason)
    assert refused.value.code == code
    case.refresh_from_db()
    assert (case.data, case.version) == (before, 1)


def test_an_answer_the_form_would_not_take_is_refused(jiaxing: Town, case) -> None:
    with pytest.raises(IncompleteError):
        fix(case, jiaxing.user("intake"), "staff", "很多")


def test_the_county_the_applicant_and_strangers_do_not_mend(jiaxing: Town, case) -> None:
    with pytest.raises(NotVisible):
        fix(case, jiaxing.user("xiuzhou_officer"))
    with pytest.raises(NotVisible):
        fix(case, jiaxing.cast.member_of(case.applicant))
    with pytest.raises((NotVisible, NotAllowed)):
        fix(case, jiaxing.user("nanhu_officer"))


def test_not_before_the_window_and_not_after_acceptance(jiaxing: Town, case) -> None:
    fresh = jiaxing.filed("recognition", "nanhu", name="b")
    with pytest.raises(WrongStateError) as early:
        fix(fresh, jiaxing.user("nanhu_officer"), element="county_review")
    assert early.value.code == "not_at_intake"
    jiaxing.played_to(case, "propose")
    with pytest.raises(WrongStateError) as late:
        fix(case, jiaxing.user("reviewer"), element="propose")
    assert late.value.code == "not_at_intake"


def test_the_page_chooses_shows_and_mends(jiaxing: Town, case, client) -> None:
    client.force_login(jiaxing.user("intake"), BACKEND)
    address = f"/applications/{case.pk}/slip/"
    assert "负责人姓名" in client.get(address).content.decode()
    page = client.get(address, {"field": "head_name"})
    assert 'value="样例人"' in page.content.decode()
    posted = {"field": "head_name", "head_name": "样例仁", "version": "1", "key": key()}
    refused = client.post(address, posted | {"reason": ""})
    assert refused.status_code == 422
    assert 'value="样例仁"' in refused.content.decode()
    wrong = client.post(address, posted | {"field": "staff", "staff": "很多", "reason": "笔误"})
    assert wrong.status_code == 422
    assert 'value="很多"' in wrong.content.decode()
    done = client.post(address, posted | {"reason": "与身份证核对"})
    assert done.status_code == 302
    case.refresh_from_db()
    assert case.data["head_name"] == "样例仁"


def test_a_reader_without_the_seat_is_told_so_and_a_stranger_nothing(
    jiaxing: Town, case, client
) -> None:
    address = f"/applications/{case.pk}/slip/"
    for name, status in (("nanhu_officer", 403), ("discipline", 403), ("xiuzhou_officer", 404)):
        client.force_login(jiaxing.user(name), BACKEND)
        assert client.get(address).status_code == status, name


def test_what_a_slip_costs(jiaxing: Town, case, django_assert_max_num_queries) -> None:
    official = jiaxing.user("intake")
    with django_assert_max_num_queries(34) as spent:
        fix(case, official)
    other = jiaxing.filed("recognition", "nanhu", name="b")
    jiaxing.played_to(other, "intake")
    with django_assert_max_num_queries(34) as again:
        fix(other, official)
    assert abs(len(spent) - len(again)) <= 2
