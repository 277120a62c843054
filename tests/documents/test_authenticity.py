"""`verify_document` refuses whatever is not the very file: property tests, cuts, foreign keys."""

from __future__ import annotations

import io
import json
import random
import zlib

import pytest
from django.core.management import CommandError, call_command
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfSignatureMetadata, async_sign_pdf
from pypdf import PdfWriter

import clock
from documents import authenticity, embedded, files, rendering, services, signing
from documents.authenticity import Verdict
from documents.models import Document
from documents.signing import authority, checking
from documents.signing.pades import PadesSigner
from documents.signing.ports import Organ, Request, SigningError
from documents.signing.running import finished

pytestmark = pytest.mark.django_db


def codes(report) -> set[str]:
    return {fault.code for fault in report.faults}


def appended_by(content: bytes) -> bytes:
    """An incremental update as an editor writes it: an attachment more."""
    writer = PdfWriter(io.BytesIO(content), incremental=True)
    writer.add_metadata({"/Title": "另一个标题"})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_the_very_file_is_authentic_with_the_root_alone(rendered):
    document = rendered()
    report = authenticity.examine(files.read(document))
    assert report.verdict == Verdict.AUTHENTIC, report.faults
    (one,) = report.signatures
    assert (one.intact, one.trusted, one.covers_file, one.timestamped) == (True,) * 4
    assert report.unsigned_agrees
    assert report.attachment_agrees


def test_an_unsigned_paper_is_authentic_by_its_digest(rendered, settings):
    settings.SIGNING = "off"
    report = authenticity.examine(files.read(rendered()))
    assert report.verdict == Verdict.AUTHENTIC
    assert report.signatures == []


def test_one_flipped_bit_anywhere_is_refused(rendered):
    """100 random places, and every region: head, pages, attachment, signature, tail."""
    document = rendered()
    content = files.read(document)
    chance = random.Random(20260101)
    places = [chance.randrange(len(content)) for _ in range(100)]
    edges = [
        0,
        9,
        len(content) - 1,
        content.index(b"/Contents <") + 40,
        content.index(b"/ByteRange"),
    ]
    for place in [*places, *edges]:
        changed = bytearray(content)
        changed[place] ^= 1 << chance.randrange(8)
        report = authenticity.compare(bytes(changed))
        assert not report.same
        assert report.verdict in {Verdict.ALTERED, Verdict.UNKNOWN}, place


def test_a_damaged_stream_or_number_at_the_tail_is_told_not_raised(rendered, tmp_path):
    """The last cross-reference stream is packed: what unpacks it must not bring the check down."""
    content = files.read(rendered())
    end = content.rindex(b"endstream")
    damaged = []
    for place in range(end - 40, end - 1):
        changed = bytearray(content)
        changed[place] ^= 0xFF
        damaged.append(bytes(changed))
    damaged.append(content[: content.rindex(b"/Size ")] + b"/Size 1.2.3" + content[end:])
    for one in damaged:
        path = tmp_path / "a.pdf"
        path.write_bytes(one)
        with pytest.raises(CommandError, match="altered"):
            call_command("verify_document", str(path))


def test_flipped_bits_break_the_signature_itself(rendered):
    """Also without the register: 8 random places under pyHanko. The container of the signature is
    outside of what any PDF signature covers (its padding may change): there the register's digest
    alone refuses, see the test above."""
    content = files.read(rendered())
    start = content.index(b"/Contents <")
    container = range(start, content.index(b">", start) + 1)
    places = [place for place in range(len(content)) if place not in container]
    chance = random.Random(7)
    for place in chance.sample(places, 8):
        changed = bytearray(content)
        changed[place] ^= 1 << chance.randrange(8)
        try:
            found = checking.check_signatures(bytes(changed))
        except checking.NoPdfError:
            continue
        assert not found or not all(one.intact and one.covers_file for one in found), place


def test_a_cut_file_is_refused_and_named(rendered):
    content = files.read(rendered())
    for kept in (len(content) - 1, len(content) // 2):
        report = authenticity.examine(content[:kept])
        assert report.verdict in {Verdict.ALTERED, Verdict.UNKNOWN}
        assert codes(report) & {"changed", "unknown"}
    report = authenticity.examine(content[:-1])
    assert "cut off: 1 bytes" in " ".join(fault.message for fault in report.faults)


def test_the_file_without_its_signature_is_not_the_original(rendered):
    document = rendered()
    report = authenticity.examine(rendering.pdf(document.content))
    assert report.document == document
    assert {"changed", "missing"} <= codes(report)


def test_an_appended_revision_is_refused_and_named(rendered):
    content = files.read(rendered())
    report = authenticity.examine(appended_by(content))
    assert {"changed", "uncovered"} <= codes(report)
    assert "appended" in report.faults[0].message
    trailing = authenticity.examine(content + b"\n% note")
    assert trailing.verdict == Verdict.ALTERED


def test_a_swapped_attachment_is_refused(rendered):
    document = rendered()
    content = files.read(document)
    told = embedded.records_in(content)[0]
    writer = PdfWriter(io.BytesIO(content), incremental=True)
    other = {**told, "holder": "另一家公司", "amount": "9999999.00"}
    writer.add_attachment("record.json", json.dumps(other, ensure_ascii=False).encode())
    out = io.BytesIO()
    writer.write(out)
    assert {"changed", "attachment"} <= codes(authenticity.examine(out.getvalue()))


def _signed_elsewhere(content: bytes, folder, name: str) -> bytes:
    """The same paper under a signature of somebody else's authority."""
    ring = authority.KeyRing(folder)
    request = Request(content, "hidden", True, "x", [Organ(name, "x.y")], (), clock.now())
    return PadesSigner("demo", ring).sign(request).pdf


def test_the_same_paper_signed_by_another_key_is_refused(rendered, tmp_path):
    """An organ's name on a certificate of another authority deceives nobody."""
    document = rendered()
    unsigned = rendering.pdf(document.content)
    forged = _signed_elsewhere(unsigned, tmp_path / "other", document.organ_names[0])
    report = authenticity.examine(forged)
    assert {"changed", "untrusted", "foreign"} <= codes(report)
    assert report.signatures[0].intact
    assert report.document == document


def test_a_second_signature_on_top_is_refused(rendered, tmp_path):
    content = files.read(rendered())
    signer = authority.KeyRing(tmp_path).credentials(Organ("某机关", "x.y")).signer
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    named = PdfSignatureMetadata(field_name="Another")
    out = finished(async_sign_pdf(writer, named, signer=signer))
    report = authenticity.examine(out.getvalue())
    assert {"changed", "foreign"} <= codes(report)


def test_our_own_signer_refuses_to_sign_a_signed_file_again(rendered, tmp_path):
    content = files.read(rendered())
    with pytest.raises(SigningError, match="already"):
        _signed_elsewhere(content, tmp_path, "示例市科学技术局")


def test_a_paper_of_our_own_key_that_was_never_issued_is_unknown(rendered, settings):
    made = rendering.render({**rendered().content, "title": "从未印发", "verify_code": "7" * 20})
    organ = Organ("示例市科学技术局", "x.y")
    request = Request(made.pdf, "box", True, "x", [organ], made.marks, clock.now())
    report = authenticity.examine(signing.sign(request).pdf)
    assert report.verdict == Verdict.UNKNOWN
    assert report.signatures[0].trusted


def test_the_archive_of_a_joint_paper_keeps_every_signature_whole(rendered, tmp_path):
    content = rendering.pdf(rendered().content)
    ring = authority.KeyRing(tmp_path)
    organs = [Organ("甲局", "x.a"), Organ("乙局", "x.b"), Organ("丙局", "x.c")]
    signed = PadesSigner("demo", ring).sign(
        Request(content, "hidden", True, "x", organs, (), clock.now())
    )
    found = checking.check_signatures(signed.pdf)
    assert [one.intact for one in found] == [True] * 3
    assert [one.covers_file for one in found] == [False, False, True]


def test_the_register_says_what_followed(rendered, printer):
    document = rendered()
    renewed = services.supersede(document, reason="姓名有误", by=printer, content=document.content)
    report = authenticity.examine(files.read(document))
    assert report.verdict == Verdict.NOT_IN_FORCE
    assert renewed.number in report.faults[0].message


def test_the_command_answers_as_json(rendered, tmp_path, capsys):
    document = rendered()
    path = tmp_path / "a.pdf"
    path.write_bytes(files.read(document))
    call_command("verify_document", "--json", str(path))
    told = json.loads(capsys.readouterr().out)
    assert told["verdict"] == "authentic"
    assert told["register"]["number"] == document.number
    assert told["signatures"][0]["trusted"] is True
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(CommandError, match="altered"):
        call_command("verify_document", "--json", str(path))
    assert json.loads(capsys.readouterr().out)["verdict"] == "altered"


def test_a_changed_register_is_noticed_too(rendered):
    document = rendered()
    content = files.read(document)
    Document.objects.filter(pk=document.pk).update(
        content={**document.content, "record": {"kind": "D99", "holder": "", "amount": None}}
    )
    assert codes(authenticity.compare(content)) == {"attachment"}


def test_hostile_files_cost_little():
    bomb = zlib.compress(b"0" * 50_000_000)
    hostile = b"%PDF-1.7\n" + (b"<< /Type /EmbeddedFile >>\nstream\n" + bomb[:60_000]) * 300
    assert embedded.records_in(hostile) == []
    deep = b"<< /Type /EmbeddedFile >>\nstream\n" + b"[" * 60_000
    assert embedded.records_in(deep) == []
    with pytest.raises(checking.NoPdfError):
        checking.check_signatures(hostile)
