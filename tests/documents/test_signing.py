"""Signed originals: one signature an organ, made once, checkable with the root alone."""

from __future__ import annotations

import io
import json
import stat

import pdfplumber
import pytest
from django.core.management import call_command
from pypdf import PdfReader

import clock
from documents import files, rendering, services, signing
from documents.models import Document
from documents.print_room import selectors
from documents.rendering.rendered import Place
from documents.signing import authority, box, checking
from documents.signing.ports import Organ, Request, Signature, Signed, SigningError
from documents.signing.running import finished
from jobs.models import Job
from journal.models import Entry
from organizations.models import Organ as OrganRow
from tests.documents.conftest import sample

pytestmark = pytest.mark.django_db
MM = 25.4 / 72


def signature_fields(content: bytes) -> list:
    fields = PdfReader(io.BytesIO(content)).get_fields() or {}
    return [field for field in fields.values() if field.get("/FT") == "/Sig"]


def test_a_specimen_is_signed_by_the_demo_certificate_of_its_organ(rendered, bureau):
    document = rendered()
    (one,) = document.signatures
    assert one["organ"] == bureau.name
    assert one["subject"] == f"{bureau.name}（样章·演示）"
    assert one["adapter"] == "demo"
    assert one["timestamped"]
    (field,) = signature_fields(files.read(document))
    assert field["/V"]["/SubFilter"] == "/ETSI.CAdES.detached"
    assert Entry.objects.filter(verb="document_signed").count() == 2  # register and case


def test_both_digests_are_kept_and_the_archive_holds_the_signed_file(rendered):
    document = rendered()
    content = files.read(document)
    assert files.digest(content) == document.pdf_sha256 != document.unsigned_sha256
    unsigned = rendering.pdf(document.content)
    assert files.digest(unsigned) == document.unsigned_sha256
    assert content.startswith(unsigned)  # signing appends, it changes nothing


def test_a_real_paper_is_never_signed_by_a_demo_key(rendered):
    document = rendered(specimen=False)
    assert document.content["mark"] == "none"
    assert document.signatures == []
    assert signature_fields(files.read(document)) == []
    with pytest.raises(SigningError, match="样张"):
        signing.sign(Request(b"", "box", False, "", [], (), clock.now()))


def test_rendering_and_signing_twice_leaves_one_signature(rendered):
    document = rendered()
    services.render(document.pk)
    again = Document.objects.get(pk=document.pk)
    assert (again.pdf_sha256, again.signatures) == (document.pdf_sha256, document.signatures)
    assert len(signature_fields(files.read(again))) == 1


def test_the_worker_who_comes_second_leaves_nothing_behind(issue, settings, monkeypatch):
    """Two workers render the same job (a lease ran out): the first original stays."""
    document = issue()
    sign = signing.sign

    def sign_late(request):
        monkeypatch.setattr(signing, "sign", sign)
        services.render(document.pk)
        return sign(request)

    monkeypatch.setattr(signing, "sign", sign_late)
    services.render(document.pk)
    document.refresh_from_db()
    assert len(list(settings.ARCHIVE_DIR.rglob("*.pdf"))) == 1
    assert files.read(document)


def test_a_signing_failure_is_tried_again_and_stands_in_the_print_room(
    issue, monkeypatch, client, printer
):
    def locked(_request):
        raise SigningError("the token is locked", passing=True)

    monkeypatch.setattr(signing, "sign", locked)
    document = issue()
    services.render(document.pk)
    document.refresh_from_db()
    assert document.failure == "the token is locked"
    assert Job.objects.filter(key=f"{document.pk}:1").exists()
    found = selectors.document_page({"示例市"}, printer, shelf="failed")
    assert [one.pk for one in found.rows] == [document.pk]
    client.force_login(printer)
    assert "the token is locked" in client.get(f"/print/{document.pk}/").content.decode()


def test_a_joint_paper_bears_one_signature_an_organ(bureau, printer):
    finance = OrganRow.objects.create(
        city=bureau.city,
        key="finance",
        name="示例市财政局",
        short_name="财政局",
        kind="finance_bureau",
    )
    content = {**sample("joint"), "specimen": True}
    document = services.issue(
        kind="D16",
        organs=[bureau, finance],
        content=content,
        holder_masked="",
        by=printer,
        case_stream="",
    )
    services.render(document.pk)
    document.refresh_from_db()
    assert [one["organ"] for one in document.signatures] == [bureau.name, finance.name]
    assert len({one["serial"] for one in document.signatures}) == 2
    assert len(signature_fields(files.read(document))) == 2


def marked(name, **changes):
    """The content, the rendering, and the PDF open."""
    content = {**sample(name), "draft": False, "mark": "box", "verify_code": "9" * 20, **changes}
    content["number"] = content.get("number") or "示科〔2026〕1号"
    made = rendering.render(content)
    return content, made, pdfplumber.open(io.BytesIO(made.pdf))


def corners(page, place):
    """As pdfplumber counts: from the top."""
    height = float(page.height)
    return (place.left, height - place.top, place.right, height - place.bottom)


@pytest.mark.parametrize("name", ["document", "form", "letter", "minutes", "joint"])
def test_the_box_stands_where_nothing_else_is(name, settings):
    content, made, pdf = marked(name)
    with pdf:
        assert len(made.marks) == len(content["organs"])
        for place in made.marks:
            page = pdf.pages[place.page]
            assert place.right <= float(page.width) - 26 * 72 / 25.4 + 1
            inside = page.within_bbox(corners(page, place), strict=False)
            assert inside.chars == []
            assert [*inside.images, *inside.rects, *inside.lines, *inside.curves] == []


@pytest.mark.parametrize("count", [2, 4, 6])
def test_each_box_of_a_joint_paper_stands_in_the_line_of_its_organs_name(count):
    names = ["科学技术局", "财政局", "人力资源和社会保障局", "发展和改革委员会", "商务局", "教育局"]
    organs = [f"示例市{name}" for name in names[:count]]
    _content, made, pdf = marked("joint", organs=organs, seal="none")
    with pdf:
        page = pdf.pages[made.marks[0].page]
        said = page.extract_text_lines()
        for organ, place in zip(organs, made.marks, strict=True):
            line = next(one for one in reversed(said) if one["text"] == organ)
            left, top, right, bottom = corners(page, place)
            assert (line["top"] + line["bottom"]) / 2 == pytest.approx((top + bottom) / 2, abs=1)
            assert right < line["x0"]
            assert (right - left) * MM > 40
            assert (bottom - top) * MM > 8.5, "high enough for four lines that can be read"
    assert len({place.left for place in made.marks}) == 1


def test_a_name_too_long_for_its_line_stands_on_two_and_the_box_in_the_first():
    organs = [f"示例市示例工作领导小组示例专项联席会议办公室第{n}组" for n in "一二三四五六"]
    _content, made, pdf = marked("joint", organs=organs, seal="none")
    with pdf:
        page = pdf.pages[made.marks[0].page]
        for place in made.marks:
            left, top, right, bottom = corners(page, place)
            assert (right - left) * MM > 18
            assert (bottom - top) * MM < 10.5, "no higher than a line"
            assert page.within_bbox((left, top, right, bottom), strict=False).chars == []
    assert len({round(place.top) for place in made.marks}) == 6


def test_a_box_says_all_four_lines_whatever_its_height():
    told = box.lines("示例市人力资源和社会保障局", clock.now(), 255, demo=True)
    for place in (Place(0, 0, 0, 79, 57), Place(0, 0, 0, 170, 26), Place(0, 0, 0, 90, 27)):
        rows, size = box._fitted(told, box.frame(place))
        assert size >= 4
        assert all(word in "".join(rows).replace("\u3000", "") for word in told)


def test_the_foot_line_says_how_the_paper_takes_effect():
    def text(**changes):
        made = rendering.pdf(
            {**sample("form"), "number": "示科〔2026〕1号", "verify_code": "9" * 20, **changes}
        )
        with pdfplumber.open(io.BytesIO(made)) as pdf:
            return "".join(page.extract_text() for page in pdf.pages)

    assert "盖章后生效" in text(mark="none")
    assert "盖章后生效" in text(mark="hidden")
    assert "盖章后生效" not in text(mark="none", stamped=False)
    assert "经电子签名" in text(mark="box")


def test_the_mark_can_be_left_away(rendered, settings):
    settings.SIGNING_MARK = "hidden"
    document = rendered()
    content = files.read(document)
    assert len(signature_fields(content)) == 1
    (page,) = PdfReader(io.BytesIO(content)).pages
    assert [float(one) for note in page["/Annots"] for one in note["/Rect"]] == [0, 0, 0, 0]


def test_keys_are_made_once_and_nobody_else_reads_them(tmp_path):
    ring = authority.KeyRing(tmp_path / "demo")
    assert ring.ensure()
    assert not ring.ensure()
    first = ring.credentials(Organ("示例市科学技术局", "x.y"))
    assert ring.credentials(Organ("示例市科学技术局", "x.y")) is first
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "demo").glob("*.pem")}
    assert modes == {0o600}
    assert stat.S_IMODE((tmp_path / "demo").stat().st_mode) == 0o700


def test_a_long_organ_name_still_gets_a_certificate(tmp_path):
    name = "示例市科技企业孵化器建设发展工作领导小组办公室联席会议成员单位"
    held = authority.KeyRing(tmp_path).credentials(Organ(name, "x.y"))
    subject = held.signer.signing_cert.subject.native
    assert subject["organization_name"] == name
    assert subject["common_name"].endswith("（样章·演示）")


def test_setup_makes_the_keys(settings, tmp_path, capsys):
    settings.KEYS_DIR = tmp_path
    call_command("make_demo_keys")
    call_command("make_demo_keys")
    assert capsys.readouterr().out.split("\n")[:2] == [
        "demo keys made",
        "demo keys are there already",
    ]


def test_a_signature_is_plain_data():
    one = Signature("甲", "甲", "根", "1F", "2026-01-01T00:00:00+08:00", "demo")
    assert json.loads(json.dumps(one.as_json()))["serial"] == "1F"
    assert Signed(b"x").signatures == ()


def test_signing_and_checking_work_where_a_loop_is_running():
    """As in a thread that drives a browser, or an asynchronous server."""

    async def inside() -> bool:
        content = rendering.pdf({**sample("form"), "annexes": []})
        organ = Organ("示例市科学技术局", "x.y")
        signed = signing.sign(Request(content, "hidden", True, "", [organ], (), clock.now()))
        (one,) = checking.check_signatures(signed.pdf)
        return one.intact and one.trusted

    assert finished(inside())
