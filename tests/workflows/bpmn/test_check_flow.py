"""The command other programs call, and the table of its codes."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.checks.registry import registry
from django.core.management import call_command

from tests.workflows.diagrams import diagram
from workflows.bpmn.issues import CODES, table
from workflows.bpmn.moddle import description
from workflows.system_checks import shipped_flows

WAY = [("start", "step"), ("step", "end")]
KEYS = ["code", "severity", "file", "line", "element", "name", "message", "hint"]


def run(*arguments: str) -> tuple[int, str]:
    out = StringIO()
    code = 0
    try:
        call_command("check_flow", *arguments, stdout=out)
    except SystemExit as ended:
        code = int(ended.code or 0)
    return code, out.getvalue()


def test_a_sound_flow_exits_with_0_and_json_lists_its_warnings(tmp_path: Path) -> None:
    path = tmp_path / "flow.bpmn"
    path.write_text(diagram({"start": {}, "step": {"role": "county_officer"}, "end": {}}, WAY))
    code, out = run(str(path), "--json")
    assert code == 0
    assert [list(issue) for issue in json.loads(out)] == [KEYS, KEYS]


def test_a_fault_exits_with_1_and_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "flow.bpmn"
    path.write_text(
        diagram(
            {
                "start": {},
                "step": {"kind": "serviceTask", "name": "初审", "handler": "absent"},
                "end": {},
            },
            WAY,
        )
    )
    code, out = run(str(path))
    assert code == 1
    assert 'flow.bpmn:6: error B063 [step 初审] unknown handler "absent"' in out


def test_the_shipped_flows_are_checked_only_when_it_is_asked_for() -> None:
    flows = [c for c in registry.get_checks(include_deployment_checks=True) if "flows" in c.tags]
    assert flows == [shipped_flows]
    assert shipped_flows not in registry.get_checks()
    assert [m for m in shipped_flows() if m.is_serious()] == []


def test_files_of_one_call_are_one_release(tmp_path: Path) -> None:
    (tmp_path / "a.bpmn").write_text(
        diagram(
            {"start": {}, "step": {"kind": "callActivity", "called": "b"}, "end": {}}, WAY, key="a"
        )
    )
    (tmp_path / "b.bpmn").write_text(
        diagram({"start": {}, "step": {"role": "expert"}, "end": {}}, WAY, key="b")
    )
    assert run(str(tmp_path / "a.bpmn"))[0] == 1
    assert run(str(tmp_path / "a.bpmn"), str(tmp_path / "b.bpmn"))[0] == 0


def test_a_missing_file_is_an_issue_with_null_element(tmp_path: Path) -> None:
    code, out = run(str(tmp_path / "absent.bpmn"), "--json")
    (issue,) = json.loads(out)
    assert (code, issue["code"], issue["element"]) == (1, "B001", None)


def test_the_shipped_flows_have_no_error() -> None:
    for path in sorted(Path(settings.BASE_DIR).glob("policies/*/flows/*.bpmn")):
        _, out = run(str(path), "--json")
        errors = [issue for issue in json.loads(out) if issue["severity"] == "error"]
        assert [issue for issue in errors if issue["code"] != "B063"] == []


def test_the_table_of_codes_in_the_docs_is_current() -> None:
    assert table() in (Path(settings.BASE_DIR) / "docs/flow-checks.md").read_text()
    assert set(CODES) <= set(table().replace("|", " ").split())


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_is_reported_by_some_check(code: str) -> None:
    sources = [
        p.read_text()
        for p in (Path(settings.BASE_DIR) / "workflows/bpmn").glob("*.py")
        if p.name != "issues.py"
    ]
    assert any(f'"{code}"' in source for source in sources)


def test_the_description_for_the_modeler_is_current() -> None:
    shipped = Path(settings.BASE_DIR) / "policies/approvals.moddle.json"
    assert shipped.read_text() == description()
