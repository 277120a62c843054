"""`manage.py journey`: one application of each kind to the notice; what the paper says is read back."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pypdf import PdfReader

from approvals.decisions.models import Decision
from journal.verification import verify

CITIES = {"jiaxing": "嘉兴市", "mudanjiang": "牡丹江市"}
NUMBER = re.compile(r"[\u4e00-\u9fff]+〔20\d\d〕[1-9]\d*号")


def run(folder: Path, *words: str) -> list[dict]:
    with contextlib.redirect_stdout(io.StringIO()) as out:
        call_command("journey", *words, "--out", str(folder))
    told = json.loads((folder / "journey.json").read_text("utf-8"))
    assert json.loads(out.getvalue()) == told, "standard output is one JSON document"
    return told["cases"]


def words_of(pdf: Path) -> str:
    text = "".join(page.extract_text() for page in PdfReader(pdf).pages)
    return re.sub(r"\s", "", text)


@pytest.mark.django_db
def test_each_kind_in_each_city_comes_to_its_notice(tmp_path: Path) -> None:
    cases = run(tmp_path)
    kinds = {(case["city"], case["kind"]) for case in cases}
    assert kinds == {
        (city, kind) for city in CITIES for kind in ("recognition", "award", "voucher")
    }
    for case in cases:
        pdf = tmp_path / case["pdf"]
        assert hashlib.sha256(pdf.read_bytes()).hexdigest() == case["sha256"]
        printed = words_of(pdf)
        decision = Decision.objects.select_related("document", "application__applicant").get(
            document__number=case["number"]
        )
        assert NUMBER.fullmatch(case["number"])
        assert case["number"] in printed
        assert re.sub(r"\s", "", decision.document.title) in printed
        assert f"{CITIES[case['city']]}科学技术局" in printed
        assert re.sub(r"\s", "", decision.application.applicant.name) in printed
        day = decision.document.date
        assert f"{day.year}年{day.month}月{day.day}日" in printed
        assert "样张" in printed
        assert len({step["actor"] for step in case["steps"]}) >= 6, "every act by its own person"
    amounts = {case["program"]: case["amount"] for case in cases if case["amount"]}
    assert amounts["J09"] == "774000.00"
    award = next(case for case in cases if case["program"] == "J09")
    assert "77.4万元" in words_of(tmp_path / award["pdf"])
    assert award["sum"][-1]["value"] == "774000.00"
    assert verify() == []


def test_a_journey_that_cannot_write_says_so_before_it_sets_out(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(CommandError, match="cannot be a folder"):
        call_command("journey", "--out", str(tmp_path / "file"))


@pytest.mark.django_db
def test_a_refusal_prints_its_clause_and_the_remedy(tmp_path: Path) -> None:
    (case,) = run(tmp_path, "--city", "mudanjiang", "--kind", "recognition", "--refused")
    printed = words_of(tmp_path / case["pdf"])
    assert re.search(r"示例办法第.条", printed)
    assert "可以自收到本决定书之日起六十日内向牡丹江市人民政府申请行政复议" in printed
    assert case["amount"] is None
