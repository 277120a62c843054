"""Loading versions, choosing one by the day, and the compiled classes."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from viewflow.workflow.flow import Flow
from viewflow.workflow.lock import SelectForUpdateLock

from tests.workflows.diagrams import diagram
from tests.workflows.playing import Played
from workflows import flows, releases
from workflows.bpmn import Bindings
from workflows.compiler import attribute_name
from workflows.models import FlowVersion
from workflows.versions import newest

pytestmark = pytest.mark.django_db
BINDINGS = Bindings()


def simple(
    key: str = "flow", version: int = 1, task: str = "a", **attributes: str
) -> tuple[str, bytes]:
    source = diagram(
        {"start": {}, task: {"role": "county"}, "end": {}},
        [("start", task), (task, "end")],
        key=key,
        version=version,
        attributes=attributes,
    )
    return f"{key}_{version}.bpmn", source.encode()


def load(*files: tuple[str, bytes]) -> list[FlowVersion]:
    return releases.load(files, city="testcity", bindings=BINDINGS, by=None)


def test_loading_the_same_bytes_again_changes_nothing():
    (first,) = load(simple())
    (again,) = load(simple())
    assert first.pk == again.pk


def test_a_version_never_changes():
    load(simple())
    with pytest.raises(releases.ReleaseRefused) as refusal:
        load(simple(task="b"))
    assert [issue.code for issue in refusal.value.issues] == ["V001"]


def test_one_bad_file_keeps_all_others_out():
    with pytest.raises(releases.ReleaseRefused) as refusal:
        load(simple("good"), ("bad.bpmn", b"<nothing/>"))
    assert any(issue.severity == "error" for issue in refusal.value.issues)
    assert not FlowVersion.objects.exclude(city__in=["jiaxing", "mudanjiang"]).exists()


def test_the_newest_version_valid_on_the_day_is_taken():
    load(simple(version=1), simple("other"))
    load(simple(version=2, validFrom="2025-06-01"))
    load(simple(version=3, validFrom="2026-01-01"))
    chosen = [
        newest("flow", day).version
        for day in (date(2025, 5, 31), date(2025, 6, 1), date(2027, 1, 1))
    ]
    assert chosen == [1, 2, 3]


def test_a_compiled_diagram_is_a_viewflow_flow_with_the_row_lock():
    load(simple(task="_path"))
    flow_class = flows.compiled("flow_v1")
    assert issubclass(flow_class, Flow)
    assert isinstance(flow_class.lock_impl, SelectForUpdateLock)
    assert flows.flow_v1 is flow_class
    case = Played("flow")
    assert case.open == ["_path"]
    with pytest.raises(AttributeError):
        _missing = flows.flow_v9


@given(st.lists(st.from_regex(r"[A-Za-z_][\w.-]{0,120}", fullmatch=True), unique=True, max_size=20))
def test_two_ids_never_share_an_attribute(ids):
    names = [attribute_name(element) for element in ids]
    assert len(set(names)) == len(names)
    assert all(
        name.isidentifier() and not name.startswith("_") and not name.endswith("_path")
        for name in names
    )


def test_looking_through_the_module_asks_no_database(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert not hasattr(flows, "_pytestfixturefunction")
        assert not hasattr(flows, "anything")


def test_two_files_of_one_name_are_each_loaded_with_their_own_bytes():
    (_, first), (_, second) = simple("one"), simple("two")
    rows = load(("flow.bpmn", first), ("flow.bpmn", second))
    assert [(row.key, row.source.encode()) for row in rows] == [("one", first), ("two", second)]
    assert load(("flow.bpmn", first), ("flow.bpmn", second)) == rows


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "iso-8859-1", "us-ascii"])  # fmt: skip
def test_a_flow_in_another_encoding_is_kept_and_read_again_as_it_was(encoding: str) -> None:
    _, plain = simple("flow", title="Prüfung" if encoding == "iso-8859-1" else "Check")
    declared = {"utf-8-sig": "utf-8", "utf-16-le": "utf-16"}.get(encoding, encoding)
    text = f'<?xml version="1.0" encoding="{declared}" standalone="yes"?>\n{plain.decode()}'
    (row,) = load(("flow.bpmn", text.encode(encoding)))
    assert row.title == ("Prüfung" if encoding == "iso-8859-1" else "Check")
    flows.forget()
    assert flows.compiled("flow_v1").process_title == row.title
    assert Played("flow").open == ["a"]
    assert load(("flow.bpmn", text.encode(encoding))) == [row]
