"""The public check: what a stranger learns from a code, and what he does not."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from documents import codes, files, limits, services
from journal.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_counters():
    cache.clear()


def upload(content):
    return {"pdf": SimpleUploadedFile("a.pdf", content, content_type="application/pdf")}


def test_a_code_is_printed_in_groups_of_four_also_when_it_comes_in_others():
    assert codes.grouped("ABCDEFGHJK") == codes.grouped("ABCDE-FGHJK") == "ABCD-EFGH-JK"


def test_a_code_shows_state_organ_number_title_date_holder_and_digest(client, rendered):
    document = rendered()
    text = client.get(f"/verify/{document.verify_code}").content.decode()
    wanted = ["有效", "示例市科学技术局", document.number, document.title, "示例**有限公司"]
    assert all(word in text for word in [*wanted, document.pdf_sha256, document.date.isoformat()])
    assert "示例创业园孵化器有限公司" not in text


def test_a_code_is_understood_as_people_type_it(client, issue):
    document = issue()
    typed = codes.grouped(document.verify_code).lower().replace("0", "o").replace("1", "l")
    response = client.post("/verify/", {"code": f" {typed} "})
    assert response["Location"] == f"/verify/{document.verify_code}"


@pytest.mark.parametrize("code", ["0" * 20, "x", "%00", "’--", "9" * 300])
def test_an_unknown_code_gets_a_friendly_404(client, code):
    response = client.get(f"/verify/{code}")
    assert response.status_code == 404
    assert "没有查到" in response.content.decode()


def test_a_mistyped_code_is_explained(client):
    response = client.post("/verify/", {"code": "123"})
    assert response.status_code == 422
    assert "20 位" in response.content.decode()


def test_the_chain_of_corrections_is_shown(client, issue, printer):
    document = issue()
    renewed = services.void_and_renumber(document, reason="姓名有误", by=printer)
    text = client.get(f"/verify/{document.verify_code}").content.decode()
    assert "已作废" in text
    assert renewed.number in text


def test_the_same_file_compares_equal_and_one_changed_byte_does_not(client, rendered):
    document = rendered()
    content = files.read(document)
    address = f"/verify/{document.verify_code}"
    assert "一致：" in client.post(address, upload(content)).content.decode()
    changed = content[:100] + bytes([content[100] ^ 1]) + content[101:]
    assert "可能被改动" in client.post(address, upload(changed)).content.decode()
    assert "不是本系统生成" in client.post(address, upload(b"%PDF-1.7 other")).content.decode()
    assert client.post(address, {}).status_code == 422


def test_another_paper_of_the_house_is_not_this_one(client, rendered):
    document, other = rendered(), rendered(title="另一份通知书")
    answer = client.post(f"/verify/{document.verify_code}", upload(files.read(other)))
    assert "不一致：" in answer.content.decode()


def test_a_file_says_itself_which_paper_it_is(client, rendered):
    document = rendered()
    content = files.read(document)
    answer = client.post("/verify/file", upload(content))
    assert answer.status_code == 200
    assert document.number in answer.content.decode()
    assert "一致：" in answer.content.decode()
    cut = client.post("/verify/file", upload(content[:-40])).content.decode()
    assert "可能被改动" in cut
    assert document.number in cut


def test_nobody_tells_a_strange_file_from_an_unknown_code(client, db):
    file = client.post("/verify/file", upload(b"%PDF-1.7 nothing of ours"))
    code = client.get(f"/verify/{'0' * 20}")
    assert file.status_code == code.status_code == 404
    assert _main(file) == _main(code)


def _main(answer) -> bytes:
    return answer.content[answer.content.index(b"<main") : answer.content.index(b"</main>")]


def test_nothing_of_an_upload_is_kept_and_no_journal_is_written(client, rendered, settings):
    content = files.read(rendered())
    before = sorted(settings.ARCHIVE_DIR.rglob("*")), Entry.objects.count()
    client.post("/verify/file", upload(content + b"\n% more"))
    assert (sorted(settings.ARCHIVE_DIR.rglob("*")), Entry.objects.count()) == before
    assert not settings.MEDIA_ROOT.exists()


def test_the_signature_is_shown_and_its_absence_told(client, rendered):
    document = rendered()
    text = client.get(f"/verify/{document.verify_code}").content.decode()
    assert document.signatures[0]["subject"] in text
    assert document.signatures[0]["serial"] in text
    plain = rendered(specimen=False)
    assert "未加电子签名" in client.get(f"/verify/{plain.verify_code}").content.decode()


def test_a_revoked_paper_says_since_when_and_why(client, issue, printer):
    document = issue()
    services.revoke(document, reason="经复查不符合认定条件", by=printer)
    text = client.get(f"/verify/{document.verify_code}").content.decode()
    assert "已撤销" in text
    assert "经复查不符合认定条件" in text


def test_the_new_paper_names_the_one_it_replaces(client, issue, printer):
    document = issue()
    renewed = services.supersede(document, reason="金额有误", by=printer, content=document.content)
    new = client.get(f"/verify/{renewed.verify_code}").content.decode()
    assert document.number in new
    assert renewed.number in client.get(f"/verify/{document.verify_code}").content.decode()


def test_a_file_beyond_the_cap_is_refused_in_words(client, rendered, settings):
    settings.ATTACHMENT_MAX_BYTES = 10
    document = rendered()
    response = client.post(f"/verify/{document.verify_code}", upload(b"%PDF-" + b"x" * 10))
    assert response.status_code == 422


def test_too_many_questions_a_minute_are_slowed_down(client, issue):
    address = f"/verify/{issue().verify_code}"
    answers = [client.get(address).status_code for _ in range(limits.PER_MINUTE + 1)]
    assert answers[-2:] == [200, 429]
    other = client.get(address, REMOTE_ADDR="192.0.2.7")
    assert other.status_code == 200


def test_a_check_costs_few_queries(client, issue, django_assert_max_num_queries):
    document = issue()
    with django_assert_max_num_queries(1):
        client.get(f"/verify/{document.verify_code}")


def test_codes_hold_100_random_bits_of_letters_nobody_confuses():
    made = {codes.new_code() for _ in range(200)}
    assert len(made) == 200
    assert all(len(code) == 20 and not set(code) & set("ILOU") for code in made)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_code_or_none(text):
    code = codes.normalized(text)
    assert code == "" or (len(code) == 20 and codes.normalized(code) == code)
