"""check_policy: every fault of a folder at once, each with file, line, key and a way out."""

from __future__ import annotations

import pytest

from approvals.programs import packs
from tests.programs.packs_for_tests import POLICIES, copied, spoil

J09 = "programs/J09.yaml"


def issues_after(tmp_path, *changes):
    """What is found in a spoilt copy of Jiaxing's folder."""
    folder = copied("jiaxing", tmp_path)
    for name, old, new in changes:
        spoil(folder, name, old, new)
    return packs.check(folder)


@pytest.mark.parametrize("city", ["jiaxing", "mudanjiang"])
def test_the_shipped_packs_are_without_fault(city):
    assert packs.check(POLICIES / city) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "key", "said"),
    [
        (J09, "  number: 示例〔2024〕1号\n", "", "legal_basis.number", "number is missing"),
        (J09, "legal_basis:", "legal_basic:", "legal_basic", "unknown key 'legal_basic'"),
        (
            J09,
            'cap: {value: "1000000.00"',
            "cap: {value: 1000000.00",
            "parameters.cap.value",
            "value in quotes",
        ),
        (
            J09,
            'cap: {value: "1000000.00"',
            'cap: {value: "-1.00"',
            "parameters.cap.value",
            "less than 0",
        ),
        (
            J09,
            "value: total * ratio,",
            "value: total * * ratio,",
            "amount.steps.1.value",
            "column 9",
        ),
        (
            J09,
            "value: total * ratio,",
            "value: total * ration,",
            "amount.steps.1.value",
            "unknown name 'ration'",
        ),
        (
            J09,
            "flow: jiaxing_award",
            "flow: jiaxing_awards",
            "flow",
            "unknown flow 'jiaxing_awards'",
        ),
        (
            J09,
            "development_reform]",
            "development_refrom]",
            "route.departments.1",
            "unknown organ 'development_refrom'",
        ),
        (
            J09,
            "approved: award_approved",
            "approved: award_aproved",
            "notices.approved",
            "unknown notice 'award_aproved'",
        ),
        (
            J09,
            "task_forms: [review, funds]",
            "task_forms: [review, fund]",
            "task_forms.1",
            "unknown task form file 'fund'",
        ),
        (
            J09,
            "closes: 2025-12-31",
            "closes: 2024-12-31",
            "windows.0.closes",
            "closes lies before opens",
        ),
        (J09, "kind: award\n", "kind: prize\n", "kind", "'prize' is not one of"),
        (J09, "version: 2\n", "version: one\n", "version", "not a whole number"),
        (J09, "opens: 2025-01-01", "opens: spring", "windows.0.opens", "not a day"),
        (
            J09,
            "clause: 示例办法第十二条第一项\n    requirement: 申",
            "requirement: 申",
            "conditions.0.clause",
            "clause is missing",
        ),
        (
            "notices/award_refused.yaml",
            "{remedy}",
            "{remdy}",
            "body.4.paragraph",
            "unknown field {remdy}; did you mean {remedy}?",
        ),
        (
            "notices/award_refused.yaml",
            "rows: reasons",
            "rows: reason",
            "body.1.table.rows",
            "unknown rows 'reason'",
        ),
        (
            "task_forms/funds.yaml",
            "type: date",
            "type: day",
            "forms.payment.fields.0.type",
            "'day' is not one of",
        ),
        (
            "flows/award.bpmn",
            'approval:handler="record_payment"',
            'approval:handler="record_paiment"',
            "record_payment",
            "record_paiment",
        ),
        (
            "flows/award.bpmn",
            'approval:form="payment"',
            'approval:form="paiment"',
            "payment",
            "paiment",
        ),
    ],
)
def test_a_fault_is_found_with_its_place_and_a_way_out(tmp_path, name, old, new, key, said):
    found = [i for i in issues_after(tmp_path, (name, old, new)) if i.severity == "error"]
    matching = [i for i in found if i.file == name and i.key == key and said in i.message]
    assert matching, found
    assert matching[0].hint
    assert matching[0].line > 0


def test_the_organs_are_checked_with_the_rest(tmp_path):
    (issue,) = issues_after(tmp_path, ("organs.yaml", "kind: zone", "kind: zoo"))
    assert (issue.file, issue.key) == ("organs.yaml", "organs.7.kind")


def test_the_line_is_the_line_of_the_file(tmp_path):
    (issue,) = issues_after(tmp_path, (J09, "version: 2\n", "version: one\n"))
    lines = (tmp_path / "jiaxing" / J09).read_text().splitlines()
    assert lines[issue.line - 1] == "version: one"


def test_all_faults_of_several_files_are_reported_at_once(tmp_path):
    found = issues_after(
        tmp_path,
        (J09, "kind: award\n", "kind: prize\n"),
        (J09, "version: 2\n", "version: 0\n"),
        ("programs/J03.yaml", "when: firms >= firms_min", "when: firms >="),
        ("notices/voucher_approved.yaml", "format: document", "format: documents"),
    )
    assert {issue.file for issue in found} == {
        J09,
        "programs/J03.yaml",
        "notices/voucher_approved.yaml",
    }
    assert len(found) == 4


def test_a_broken_diagram_brings_no_complaint_about_unknown_flows(tmp_path):
    found = issues_after(tmp_path, ("flows/award.bpmn", "<bpmn:process", "<bpmn:proces"))
    assert {issue.file for issue in found} == {"flows/award.bpmn"}


def test_a_fact_that_no_field_asks_for_is_found(tmp_path):
    found = issues_after(
        tmp_path,
        (
            "programs/J03.yaml",
            "  firms: {type: integer}\n",
            "  firms: {type: integer}\n  parks: {type: integer}\n",
        ),
    )
    assert [issue.message for issue in found] == ["no form field gives the fact 'parks'"]


def test_a_version_that_stands_twice_is_found(tmp_path):
    folder = copied("jiaxing", tmp_path)
    (folder / "programs" / "J09b.yaml").write_text((folder / J09).read_text())
    (issue,) = packs.check(folder)
    assert "J09 version 2 stands in programs/J09.yaml already" in issue.message


def test_unreadable_yaml_is_an_issue_not_a_crash(tmp_path):
    folder = copied("jiaxing", tmp_path)
    (folder / J09).write_text("code: [")
    (issue,) = packs.check(folder)
    assert issue.file == J09
    assert "not readable as YAML" in issue.message


def test_an_empty_folder_says_what_is_missing(tmp_path):
    assert {issue.file for issue in packs.check(tmp_path)} >= {"organs.yaml", "programs", "flows"}
