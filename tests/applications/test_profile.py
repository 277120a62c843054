"""Registration online, and the profile that is told once."""

from __future__ import annotations

import pytest
from django.urls import reverse

from approvals.applications.rights import filing_organs
from organizations.models import Applicant, Organ, User
from tests.applications.filing import credit_code, organ

REGISTER = "applications:register"


def _answers(**changes: str) -> dict[str, str]:
    return {
        "name": "新样例孵化器有限公司",
        "credit_code": credit_code(),
        "kind": "incubator",
        "county": str(organ("nanhu").pk),
        "legal_representative": "样例法人",
        "contact_phone": "0573-82000000",
        "person": "样例经办",
        "email": "",
        "username": "new-applicant",
        "password": "很长的口令-2026",
        "password_again": "很长的口令-2026",
    } | changes


def test_an_enterprise_registers_itself_and_can_file_at_once(client, db):
    answer = client.post(reverse(REGISTER), _answers())
    assert answer.status_code == 302
    user = User.objects.get(username="new-applicant")
    assert [place.name for place in filing_organs(user)] == ["新样例孵化器有限公司"]
    assert user.check_password("很长的口令-2026")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("credit_code", "913304000000000000"),
        ("contact_phone", "12"),
        ("username", "有空格 的"),
        ("password_again", "不一样"),
        ("password", "12345678"),
        ("county", "999999"),
        ("kind", "university"),
        ("name", ""),
    ],
)
def test_a_wrong_answer_is_named_and_nothing_is_made(client, db, field, value):
    answer = client.post(reverse(REGISTER), _answers(**{field: value}))
    assert answer.status_code == 422
    assert answer.context["form"].errors
    assert not User.objects.filter(username="new-applicant").exists()
    assert "很长的口令-2026" not in answer.content.decode()


def test_a_company_is_registered_once_and_a_failure_leaves_no_account(client, db):
    first = _answers()
    client.post(reverse(REGISTER), first)
    answer = client.post(reverse(REGISTER), first | {"username": "somebody-else"})
    assert answer.status_code == 422
    assert "credit_code" in answer.context["form"].errors
    assert not User.objects.filter(username="somebody-else").exists()
    assert Organ.objects.filter(name=first["name"]).count() == 1


def test_the_profile_is_changed_by_its_own_people_only(applicant, rival, incubator, logged_in):
    address = reverse("applications:profile_edit", args=[incubator.pk])
    profile = {
        "legal_representative": "新法人",
        "founded_on": "2020年1月2日",
        "contact_name": "联系人",
        "contact_phone": "13800000000",
        "bank_account": "6222000011112222",
    }
    assert logged_in(rival).post(address, profile).status_code == 404
    assert logged_in(applicant).post(address, profile).status_code == 302
    changed = Applicant.objects.get(organ=incubator)
    assert changed.legal_representative == "新法人"
    assert str(changed.founded_on) == "2020-01-02"


def test_the_bank_account_is_masked_where_it_is_only_read(applicant, incubator, logged_in):
    Applicant.objects.filter(organ=incubator).update(bank_account="6222000011112222")
    text = logged_in(applicant).get(reverse("applications:profile")).content.decode()
    assert "****2222" in text
    assert "6222000011112222" not in text
