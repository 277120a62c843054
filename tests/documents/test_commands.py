"""The commands of the contract: what they print and how they exit."""

from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command

from documents import files, services

from .conftest import SAMPLES, sample


def test_render_notice_writes_a_pdf(tmp_path):
    out = tmp_path / "out.pdf"
    call_command("render_notice", str(SAMPLES / "letter.json"), str(out))
    assert out.read_bytes().startswith(b"%PDF-")


def test_render_notice_names_the_character_without_glyph(tmp_path):
    source = tmp_path / "content.json"
    source.write_text(json.dumps({**sample("form"), "title": "\U00032f87通知"}), encoding="utf-8")
    with pytest.raises(CommandError, match=r"U\+32F87"):
        call_command("render_notice", str(source), str(tmp_path / "out.pdf"))
    assert not (tmp_path / "out.pdf").exists()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{", "JSON"),
        ('{"secrecy": "秘密"}', "国家秘密"),
        ("[]", "这里应当是一份文书的内容"),
        ("[" * 200_000, "nested too deeply"),
        ('{"copy_no": ' + "9" * 5000 + "}", "JSON"),
        ('{"title": "甲", "title": "乙"}', "stands twice"),
    ],
)
def test_render_notice_explains_bad_input(tmp_path, text, complaint):
    source = tmp_path / "content.json"
    source.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match=complaint):
        call_command("render_notice", str(source), str(tmp_path / "out.pdf"))


def test_render_notice_explains_a_missing_file(tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("render_notice", str(tmp_path / "none.json"), str(tmp_path / "out.pdf"))


@pytest.mark.django_db
def test_verify_document_knows_its_own_and_refuses_a_flipped_byte(
    rendered, tmp_path, capsys, printer
):
    document = rendered()
    path = tmp_path / "a.pdf"
    path.write_bytes(files.read(document))
    call_command("verify_document", str(path))
    said = capsys.readouterr().out
    assert document.pdf_sha256 in said
    assert document.number in said
    content = bytearray(path.read_bytes())
    content[-20] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(CommandError, match=r"unknown|no PDF"):
        call_command("verify_document", str(path))
    services.revoke(document, reason="撤销", by=printer)
    path.write_bytes(files.read(document))
    with pytest.raises(CommandError, match="not in force"):
        call_command("verify_document", str(path))


@pytest.mark.django_db
def test_verify_document_refuses_what_is_no_pdf(tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(b"hello")
    with pytest.raises(CommandError, match="no PDF"):
        call_command("verify_document", str(path))
