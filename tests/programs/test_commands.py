"""check_policy, load_packs and assess as other programs call them."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.programs.packs_for_tests import POLICIES, copied, grant, seed_fund, spoil


def run(name, *arguments):
    """Exit code, standard output, standard error."""
    out, err = StringIO(), StringIO()
    try:
        call_command(name, *map(str, arguments), stdout=out, stderr=err)
    except SystemExit as left:
        return left.code, out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def assessed(tmp_path, facts, program="jiaxing/J09"):
    path = tmp_path / "facts.json"
    path.write_text(facts if isinstance(facts, str) else json.dumps(facts, ensure_ascii=False))
    return run("assess", program, path)


def test_assess_prints_the_sum_and_asks_no_database(tmp_path):
    code, out, _err = assessed(tmp_path, seed_fund(grant("3870000.00")))
    assert code == 0
    assert json.loads(out)["amount"] == "774000.00"


def test_assess_answers_no_with_the_reasons(tmp_path):
    code, out, _err = assessed(tmp_path, seed_fund(grant("0.00")))
    assert code == 1
    answer = json.loads(out)
    assert answer["eligible"] is False
    assert answer["amount"] is None


def test_assess_reads_what_an_editor_saved_with_a_byte_order_mark(tmp_path):
    code, out, _err = assessed(tmp_path, "\ufeff" + json.dumps(seed_fund(grant("3870000.00"))))
    assert (code, json.loads(out)["amount"]) == (0, "774000.00")


def test_assess_names_the_byte_that_is_not_utf_8(tmp_path):
    path = tmp_path / "facts.json"
    path.write_bytes('{"firm": "甲"}'.encode("gb18030"))
    code, out, err = run("assess", "jiaxing/J09", path)
    assert (code, out) == (1, "")
    assert "byte 10; save as UTF-8" in err


@pytest.mark.parametrize(
    ("facts", "named"),
    [
        (seed_fund(grant("x")), "grants[0].amount"),
        ({"year": 2025, "grants": []}, "incubator.level"),
        ("{", "not JSON"),
        ("[]", "(facts)"),
        ('{"a":' * 3000, "not JSON"),
        ('{"year": 2025, "year": 2024}', 'the key "year" stands twice'),
        ('{"year": ' + "9" * 5000 + "}", "not JSON"),
    ],
)
def test_assess_names_the_wrong_fact_on_standard_error(tmp_path, facts, named):
    code, out, err = assessed(tmp_path, facts)
    assert (code, out) == (1, "")
    assert named in err


@pytest.mark.parametrize(
    "program", ["jiaxing/J99", "nowhere/J09", "J09", "../J09", "jiaxing/../J09"]
)
def test_assess_names_an_unknown_program(tmp_path, program):
    code, out, err = assessed(tmp_path, seed_fund(), program)
    assert (code, out) == (1, "")
    assert program.rpartition("/")[2] in err


def test_assess_says_that_a_file_is_missing(tmp_path):
    code, _out, err = run("assess", "jiaxing/J09", tmp_path / "none.json")
    assert code == 1
    assert "cannot be read" in err


def test_check_policy_is_silent_about_a_good_folder():
    assert run("check_policy", POLICIES / "jiaxing") == (0, "", "")
    assert json.loads(run("check_policy", POLICIES / "mudanjiang", "--json")[1]) == []


def test_check_policy_tells_in_words_and_in_json(tmp_path):
    folder = copied("jiaxing", tmp_path)
    spoil(folder, "programs/J09.yaml", "kind: award\n", "kinde: award\n")
    code, out, _err = run("check_policy", folder, "--json")
    issues = json.loads(out)
    assert code == 1
    assert set(issues[0]) == {"severity", "file", "line", "key", "message", "hint"}
    assert any("did you mean 'kind'" in issue["hint"] for issue in issues)
    assert "programs/J09.yaml:" in run("check_policy", folder)[1]


def test_check_policy_wants_a_folder(tmp_path):
    code, _out, err = run("check_policy", tmp_path / "none")
    assert code == 1
    assert "is no folder" in err


@pytest.mark.django_db
def test_load_packs_names_the_cities_there_are():
    with pytest.raises(CommandError, match="jiaxing, mudanjiang"):
        call_command("load_packs", "hangzhou")


@pytest.mark.django_db
def test_load_packs_tells_what_is_loaded():
    assert "jiaxing: pack" in run("load_packs", "jiaxing")[2]
