"""PDF/A-3b with the decision as data, and papers that come out the same again."""

from __future__ import annotations

import io
import json
import os
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from pypdf import PdfReader

from documents import files, reproduction, services
from documents.models import Document
from documents.record import content_digest
from documents.reproduction import Outcome
from tests.documents.conftest import sample

pytestmark = pytest.mark.django_db


def attached(content: bytes) -> dict:
    found = PdfReader(io.BytesIO(content)).attachments
    assert list(found) == ["record.json"]
    return json.loads(found["record.json"][0])


def test_the_original_is_pdf_a_3b_and_says_what_the_public_page_says(rendered):
    document = rendered()
    content = files.read(document)
    told = attached(content)
    assert told == {
        "format": "incubator-approvals/record/1",
        "kind": "D01",
        "number": document.number,
        "title": document.title,
        "organs": document.organ_names,
        "date": document.date.isoformat(),
        "holder": "示例**有限公司",
        "amount": None,
        "verify_code": document.verify_code,
        "content_sha256": document.content_sha256,
    }


def test_the_attachment_is_declared_as_data_of_the_document(rendered):
    reader = PdfReader(io.BytesIO(files.read(rendered())))
    attached_files = reader.trailer["/Root"]["/AF"]
    assert {one["/AFRelationship"] for one in attached_files} == {"/Data"}
    assert {one["/UF"] for one in attached_files} == {"record.json"}
    metadata = reader.trailer["/Root"]["/Metadata"].get_data().decode()
    assert 'part="3"' in metadata or "<pdfaid:part>3" in metadata
    assert 'conformance="B"' in metadata or "<pdfaid:conformance>B" in metadata
    assert "/OutputIntents" in reader.trailer["/Root"]


def test_the_sum_is_told_when_the_paper_names_it(bureau, printer):
    document = services.issue(
        kind="D16",
        organs=[bureau],
        content=sample("form"),
        holder_masked="示例**",
        by=printer,
        case_stream="",
        amount=Decimal("774000"),
    )
    assert document.content["record"]["amount"] == "774000.00"


def test_a_draft_and_a_list_carry_no_data():
    from documents import rendering

    made = rendering.render({**sample("form"), "draft": True, "number": None})
    assert PdfReader(io.BytesIO(made.pdf)).attachments == {}


def test_fonts_layout_and_renderer_are_kept_with_the_document(rendered):
    document = rendered()
    assert document.template_version.startswith("2026.")
    assert "weasyprint 70" in document.renderer
    assert "pango" in document.renderer
    assert document.content_sha256 == content_digest(document.content)


def test_a_paper_comes_out_the_same_on_another_address_of_the_house(rendered, settings):
    document = rendered()
    settings.PUBLIC_URL = "https://elsewhere.example"
    assert reproduction.rerender(document).outcome == Outcome.SAME


@pytest.mark.parametrize(
    ("field", "outcome"),
    [
        ("font_set", Outcome.OTHER_FONTS),
        ("renderer", Outcome.OTHER_RENDERER),
        ("template_version", Outcome.OTHER_LAYOUT),
        ("", Outcome.DIFFERENT),
    ],
)
def test_another_result_is_explained_by_what_differs(rendered, field, outcome):
    document = rendered()
    document.unsigned_sha256 = "0" * 64
    if field:
        setattr(document, field, "older")
    found = reproduction.rerender(document)
    assert found.outcome == outcome
    assert ("older" in found.remark) == bool(field)


def test_content_changed_in_the_database_is_found_before_rendering(rendered):
    document = rendered()
    document.content["title"] = "另一个标题"
    assert reproduction.rerender(document).outcome == Outcome.OTHER_CONTENT


def test_the_command_says_same_and_refuses_what_differs(rendered, issue, capsys):
    document = rendered()
    issue()  # not made yet: nothing to compare
    call_command("rerender_documents", "--json", "--sample", "5")
    told = json.loads(capsys.readouterr().out)
    assert told["counts"] == {"same": 1}
    Document.objects.filter(pk=document.pk).update(unsigned_sha256="1" * 64)
    with pytest.raises(CommandError, match="1 documents"):
        call_command("rerender_documents")
    assert f"{document.number}: different" in capsys.readouterr().out


def _issue_many(bureau, printer, count: int) -> None:
    names = "喆堃昇玥珺赟祎彧旻琇瑄媖镕頔"
    for index in range(count):
        content = {
            **sample("form"),
            "annexes": [],
            "title": f"第{index + 1}号{names[index % 14]}通知书",
        }
        document = services.issue(
            kind="D01",
            organs=[bureau],
            content=content,
            holder_masked="示例**",
            by=printer,
            case_stream="",
        )
        services.render(document.pk)


def test_fifty_decisions_rendered_again_have_the_same_sha256(bureau, printer):
    _issue_many(bureau, printer, 50)
    assert {one.outcome for one in reproduction.rerender_documents()} == {Outcome.SAME}


@pytest.mark.faults
@pytest.mark.skipif(os.environ.get("FAULT_SIZE") != "full", reason="SIZE=full only")
def test_a_thousand_decisions_rendered_again_have_the_same_sha256(bureau, printer):
    _issue_many(bureau, printer, 1000)
    assert {one.outcome for one in reproduction.rerender_documents()} == {Outcome.SAME}
