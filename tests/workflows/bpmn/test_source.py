"""The file stage: hostile and broken files end as one issue with a line, never as an exception."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows.diagrams import diagram
from workflows.bpmn import Bindings, check, read
from workflows.bpmn.source import MAX_BYTES

GOOD = diagram(
    {"start": {}, "step": {"role": "county"}, "end": {}}, [("start", "step"), ("step", "end")]
)


def only(content: bytes) -> tuple[str, int, str | None]:
    reading = read(content, "x.bpmn")
    assert reading.model is None
    (issue,) = reading.issues
    return issue.code, issue.line, issue.element


def test_a_doctype_is_refused_in_every_encoding() -> None:
    text = '\n<!DOCTYPE a [<!ENTITY b "c">]>\n<a>&b;</a>'
    assert only(text.encode()) == ("B002", 2, None)
    declared = '<?xml version="1.0" encoding="UTF-16"?>' + text
    assert only(declared.encode("utf-16"))[0] == "B002"
    assert only(declared.encode("utf-16-be"))[0] in {"B002", "B003"}


def test_a_doctype_the_scan_cannot_see_is_refused_by_the_parser() -> None:
    spaced = b'<?xml version="1.0" encoding="cp037"?>\n<!DOCTYPE a><a/>'
    ebcdic = spaced.decode("ascii").encode("cp037")
    assert only(ebcdic)[0] in {"B002", "B003"}


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (b"", "B003", 1),
        (b"\n\n<a>", "B003", 3),
        (b"<a>\n</b>", "B003", 2),
        (b"<x:a/>", "B003", 1),
        (b"PK\x03\x04 zip", "B003", 1),
        (b'<?xml version="1.0" encoding="gb2312"?><a/>', "B003", 1),
        (b"<a/>", "B005", 1),
        (b"x" * (MAX_BYTES + 1), "B001", 1),
    ],
)
def test_a_file_that_is_no_flow_is_one_issue(content: bytes, code: str, line: int) -> None:
    assert only(content) == (code, line, None)


def test_a_flood_of_elements_and_a_deep_file_are_bounded() -> None:
    flood = b"<a>\n" + b"<b/>\n" * 20_000 + b"</a>"
    assert only(flood) == ("B004", 20_001, None)
    assert only(b"<a>" * 100_000)[0] == "B004"


def test_a_missing_file_is_an_issue(tmp_path: Path) -> None:
    (issue,) = check([tmp_path / "absent.bpmn"], Bindings()).issues
    assert (issue.code, issue.file, issue.line) == ("B001", "absent.bpmn", 1)


def test_utf_16_and_a_byte_order_mark_are_read() -> None:
    for encoding in ("utf-8-sig", "utf-16"):
        reading = read(GOOD.encode(encoding), "x.bpmn")
        assert reading.model is not None
        assert set(reading.model.nodes) == {"start", "step", "end"}


def test_a_line_is_where_the_start_tag_begins() -> None:
    text = GOOD.replace('<bpmn:userTask id="step"', '<bpmn:userTask\n\n\n  id="step" foo="1"')
    (issue,) = [i for i in read(text.encode(), "x").issues if i.code == "B013"]
    assert text.splitlines()[issue.line - 1].strip() == "<bpmn:userTask"
    assert issue.element == "step"


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_file_never_breaks_the_reader(data: st.DataObject) -> None:
    content = bytearray(GOOD.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        size = data.draw(st.integers(0, 40))
        content[at : at + size] = data.draw(st.binary(max_size=6))
    check([("x.bpmn", bytes(content))], Bindings())


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_swapped_words_never_break_the_checks(data: st.DataObject) -> None:
    words = ["userTask", "startEvent", "endEvent", "subProcess", "parallelGateway", "boundaryEvent", "callActivity",
             "transaction", "step", "start", "end", "flow", "", "start_to_step"]  # fmt: skip
    text = GOOD
    for _ in range(data.draw(st.integers(1, 4))):
        old, new = data.draw(st.sampled_from(words[:-4])), data.draw(st.sampled_from(words))
        text = text.replace(old, new) if old else text
    for issue in check([("x.bpmn", text.encode())], Bindings()).issues:
        assert issue.line >= 1
        assert issue.as_text().startswith(f"x.bpmn:{issue.line}: ")
