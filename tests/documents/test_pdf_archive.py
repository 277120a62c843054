"""The PDF after the commit: made once, kept whole, its failure told."""

from __future__ import annotations

import pytest

import clock
from documents import files, services
from documents.models import Document
from documents.rendering.errors import RenderingError
from jobs.models import Job
from journal.models import Entry

pytestmark = pytest.mark.django_db


def test_rendering_stores_the_file_under_its_digest(rendered):
    document = rendered()
    assert files.digest(files.read(document)) == document.pdf_sha256
    assert document.pdf_name == f"{document.number}.pdf"
    assert document.pages == 1
    assert len(document.font_set) == 16
    with files.open_pdf(document) as stream:
        assert stream.read(5) == b"%PDF-"


def test_rendering_twice_changes_nothing(rendered):
    document = rendered()
    services.render(document.pk)
    services.render_job({"document": document.pk})
    again = Document.objects.get(pk=document.pk)
    assert (again.pdf_sha256, again.rendered_at) == (document.pdf_sha256, document.rendered_at)
    assert Entry.objects.filter(verb="document_rendered").count() == 2  # register and case


def test_a_lost_unsigned_file_is_made_again_with_the_same_digest(rendered, settings):
    settings.SIGNING = "off"
    document = rendered()
    files.path_of(document.pdf_sha256).unlink()
    with pytest.raises(files.PdfMissingError, match="找不到"):
        files.read(document)
    services.render(document.pk)
    assert files.read(document)


def test_a_lost_signed_file_is_not_signed_a_second_time(rendered):
    document = rendered()
    files.path_of(document.pdf_sha256).unlink()
    services.render(document.pk)
    again = Document.objects.get(pk=document.pk)
    assert "备份" in again.failure
    assert again.signatures == document.signatures
    assert not files.path_of(document.pdf_sha256).exists()


def test_a_changed_file_is_not_handed_out(rendered):
    document = rendered()
    path = files.path_of(document.pdf_sha256)
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    with pytest.raises(files.PdfMissingError, match="被改动"):
        files.read(document)


def test_storing_leaves_no_half_file(settings, tmp_path):
    sha256 = files.store(b"%PDF- whole")
    assert files.path_of(sha256).read_bytes() == b"%PDF- whole"
    assert files.store(b"%PDF- whole") == sha256
    assert not list(settings.ARCHIVE_DIR.rglob("*.part"))


def test_a_passing_failure_is_recorded_and_tried_again_later(issue, monkeypatch):
    def too_busy(content):
        raise RenderingError("the rendering process ended", passing=True)

    monkeypatch.setattr(services.rendering, "render", too_busy)
    document = issue()
    for _ in range(4):
        services.render(document.pk)
    document.refresh_from_db()
    assert document.failure == "the rendering process ended"
    assert document.failures == 4
    jobs = Job.objects.filter(kind=services.JOB_KIND).order_by("pk")
    assert [job.key for job in jobs] == [f"{document.pk}:{n}" for n in range(3)]
    assert jobs[1].run_at > clock.now()


def test_a_lasting_failure_is_recorded_and_not_tried_again(issue, monkeypatch):
    def impossible(content):
        raise RenderingError("no glyph")

    monkeypatch.setattr(services.rendering, "render", impossible)
    document = issue()
    services.render(document.pk)
    assert Job.objects.filter(kind=services.JOB_KIND).count() == 1


def test_a_retry_clears_the_failure(issue, printer, monkeypatch):
    document = issue()
    Document.objects.filter(pk=document.pk).update(failure="gone", failures=3)
    services.retry_rendering(document, by=printer)
    services.render(document.pk)
    document.refresh_from_db()
    assert document.failure == ""
    assert document.pdf_sha256
