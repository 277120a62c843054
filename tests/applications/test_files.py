"""What is let in as a file, and who gets it out again."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest
from django.conf import settings
from django.urls import reverse
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject

from approvals.applications import services
from approvals.applications.errors import NotAllowedError
from approvals.applications.files import inspection, parsers
from approvals.applications.files.refusal import FileRefusedError
from approvals.applications.services import material
from tests.applications.filing import pdf_bytes, png_bytes, upload


def _zip(**entries: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name.replace("__", "/"), content)
    return stream.getvalue()


def _inspect(name: str, content: bytes, types=("pdf", "jpg", "png", "docx", "xlsx")):
    return inspection.inspect(
        io.BytesIO(content), name=name, size=len(content), types=types, max_bytes=1 << 20
    )


def _refusal(name: str, content: bytes, types=("pdf", "jpg", "png", "docx", "xlsx")) -> str:
    with pytest.raises(FileRefusedError) as raised:
        _inspect(name, content, types)
    assert raised.value.message
    return raised.value.code


def _huge_png() -> bytes:
    """A few bytes that claim 60,000 × 60,000 pixels."""
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def _scripted_pdf() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    action = DictionaryObject({NameObject("/S"): NameObject("/JavaScript")})
    writer.root_object[NameObject("/OpenAction")] = action
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def _locked_pdf() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.encrypt("secret", algorithm="RC4-128")
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def test_good_files_of_every_kind_pass():
    docx = _zip(**{"[Content_Types].xml": b"<Types/>", "word__document.xml": b"<w/>"})
    xlsx = _zip(**{"[Content_Types].xml": b"<Types/>", "xl__workbook.xml": b"<w/>"})
    assert _inspect("营业执照.PDF", pdf_bytes()).media_type == "application/pdf"
    assert _inspect("照片.png", png_bytes()).media_type == "image/png"
    assert _inspect("制度.docx", docx).media_type.endswith("document")
    assert _inspect("名册.xlsx", xlsx).media_type.endswith("sheet")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("空.pdf", b"", "empty"),
        ("大.pdf", b"%PDF" + b"0" * (1 << 20), "too_large"),
        ("程序.exe", b"MZ", "wrong_extension"),
        ("无扩展名", pdf_bytes(), "wrong_extension"),
        ("网页.pdf", b"<html><script>alert(1)</script>", "content_differs"),
        ("改名.pdf", png_bytes(), "content_differs"),
        ("改名.png", pdf_bytes(), "content_differs"),
        ("压缩包.pdf", _zip(a=b"1"), "content_differs"),
        ("压缩包.docx", _zip(a=b"1"), "content_differs"),
        ("坏.pdf", b"%PDF-1.7 garbage", "unreadable"),
        ("夹带.pdf", pdf_bytes() + _zip(a=b"1"), "polyglot"),
        ("夹带.png", png_bytes() + _zip(a=b"1"), "polyglot"),
        ("像素.png", _huge_png(), "pixel_flood"),
        ("脚本.pdf", _scripted_pdf(), "active_content"),
        ("加密.pdf", _locked_pdf(), "encrypted"),
        (
            "宏.docx",
            _zip(
                **{
                    "[Content_Types].xml": b"",
                    "word__document.xml": b"",
                    "word__vbaProject.bin": b"",
                }
            ),
            "macro",
        ),
        (
            "炸弹.xlsx",
            _zip(**{"[Content_Types].xml": b"", "xl__workbook.xml": b"0" * (1 << 20)}),
            "zip_bomb",
        ),
        (
            "穿越.docx",
            _zip(**{"[Content_Types].xml": b"", "word__document.xml": b"", "..__x": b""}),
            "zip_slip",
        ),
    ],
)
def test_a_hostile_or_broken_file_is_refused_with_a_way_out(name, content, code):
    assert _refusal(name, content) == code


def test_a_slot_takes_only_its_own_kinds():
    assert _refusal("照片.png", png_bytes(), types=("pdf",)) == "wrong_extension"


@given(st.binary(max_size=400), st.sampled_from(["a.pdf", "a.png", "a.jpg", "a.docx", "a.xlsx"]))
@hypothesis_settings(max_examples=80, deadline=None)
def test_no_bytes_bring_the_inspection_down(content, name):
    heads = {"a.pdf": b"%PDF-1.4\n", "a.png": b"\x89PNG\r\n\x1a\n", "a.jpg": b"\xff\xd8\xff"}
    for sent in (content, heads.get(name, b"PK\x03\x04") + content):
        try:
            _inspect(name, sent)
        except FileRefusedError:
            continue


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\材料\\营业执照.pdf", "营业执照.pdf"),
        ("发票\u202efdp.exe.pdf", "发票fdp.exe.pdf"),
        ("行\r\n首.pdf", "行首.pdf"),
        ("嘉兴样例（盖章）.pdf", "嘉兴样例（盖章）.pdf"),
        ("長" * 300 + ".pdf", "長" * (inspection.NAME_LENGTH - 4) + ".pdf"),
    ],
)
def test_names_lose_paths_and_invisible_characters_and_keep_their_script(given_name, kept):
    assert inspection.safe_name(given_name) == kept


def test_a_file_is_stored_once_by_its_hash_and_read_back_whole(draft, applicant, logged_in):
    first = services.attach(draft, slot="premises", upload=upload("甲.pdf"), by=applicant)
    again = services.attach(draft, slot="premises", upload=upload("乙.pdf"), by=applicant)
    assert again.pk == first.pk
    assert first.sha256 in first.path
    answer = logged_in(applicant).get(reverse("applications:download", args=[draft.pk, first.pk]))
    assert b"".join(answer.streaming_content) == pdf_bytes()
    assert "filename*=utf-8''%E7%94%B2.pdf" in answer["Content-Disposition"]
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_file_changed_on_disk_is_not_given_out(draft, applicant, logged_in):
    stored = services.attach(draft, slot="licence", upload=upload(), by=applicant)
    path = settings.MEDIA_ROOT / stored.path
    path.write_bytes(b"%PDF forged")
    answer = logged_in(applicant).get(reverse("applications:download", args=[draft.pk, stored.pk]))
    assert answer.status_code == 410


def test_a_stranger_gets_the_same_404_for_a_file_as_for_none(draft, applicant, rival, logged_in):
    stored = services.attach(draft, slot="licence", upload=upload(), by=applicant)
    client = logged_in(rival)
    there = client.get(reverse("applications:download", args=[draft.pk, stored.pk]))
    missing = client.get(reverse("applications:download", args=[draft.pk + 99, stored.pk + 99]))
    assert there.status_code == missing.status_code == 404
    assert there.content == missing.content


def test_a_rival_cannot_attach_to_my_application(draft, rival):
    with pytest.raises(NotAllowedError):
        services.attach(draft, slot="licence", upload=upload(), by=rival)


def test_a_slot_for_one_file_says_so_and_the_quota_holds(draft, applicant, monkeypatch):
    services.attach(draft, slot="licence", upload=upload(), by=applicant)
    with pytest.raises(FileRefusedError, match="先移除"):
        services.attach(draft, slot="licence", upload=upload(content=pdf_bytes(2)), by=applicant)
    monkeypatch.setattr(material, "QUOTA_BYTES", 100)
    with pytest.raises(FileRefusedError, match="上限"):
        services.attach(draft, slot="premises", upload=upload(content=pdf_bytes(3)), by=applicant)


def test_the_upload_page_keeps_the_good_file_and_names_the_bad_one(draft, applicant, logged_in):
    client = logged_in(applicant)
    answer = client.post(
        reverse("applications:files", args=[draft.pk]),
        {"slot": "premises", "files": [upload("好.pdf"), upload("坏.pdf", b"MZ")]},
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "坏.pdf" in page
    assert draft.attachments.get().name == "好.pdf"


def test_a_removed_file_stays_on_record(draft, applicant, logged_in):
    stored = services.attach(draft, slot="licence", upload=upload(), by=applicant)
    client = logged_in(applicant)
    client.post(reverse("applications:remove", args=[draft.pk, stored.pk]))
    stored.refresh_from_db()
    assert stored.removed_at is not None
    assert (
        client.get(reverse("applications:download", args=[draft.pk, stored.pk])).status_code == 404
    )


def test_the_limits_are_the_measured_ones():
    assert parsers.MAX_ENTRIES == 2_000
    assert parsers.MAX_RATIO == 100
    assert parsers.MAX_UNPACKED == 100 * 1024 * 1024
