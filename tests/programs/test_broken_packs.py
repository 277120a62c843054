"""A pack that is written wrongly in several files: check_policy names it and never breaks down."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from approvals.programs import packs
from tests.programs.packs_for_tests import copied

J03 = "programs/J03.yaml"
NOTICES = "samples/notices.yaml"
FIELD = ("form", "sections", 0, "fields", 0)


def issues_with(tmp_path, name: str, place: tuple[str | int, ...], value: Any) -> list[Any]:
    """What is found in a copy of Jiaxing's folder when one value is another."""
    folder = copied("jiaxing", tmp_path)
    told = yaml.safe_load((folder / name).read_text("utf-8"))
    inner = told
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    (folder / name).write_text(yaml.safe_dump(told, allow_unicode=True), "utf-8")
    return packs.check(folder)


@pytest.mark.parametrize(
    ("name", "place", "value", "key"),
    [
        (J03, FIELD, None, "form.sections.0.fields.0"),
        (J03, FIELD, "name", "form.sections.0.fields.0"),
        (J03, (*FIELD, "key"), {}, "form.sections.0.fields.0.key"),
        (J03, ("form",), [], "form"),
        ("organs.yaml", ("organs", 6), "局", "organs.6"),
        ("organs.yaml", ("organs", 11, "key"), {"a": 1}, "organs.11.key"),
        ("organs.yaml", ("organs", 25, "successor"), ["a"], "organs.25.successor"),
        ("organs.yaml", ("vocabulary", "superior"), 5, "vocabulary.superior"),
        ("notices/correction.yaml", ("body", 2, "paragraph"), None, "body.2.paragraph"),
        ("notices/recommendation.yaml", ("addressees",), None, "addressees"),
        ("task_forms/funds.yaml", ("forms",), [1, "a"], "forms"),
        ("task_forms/funds.yaml", ("forms",), 5, "forms"),
        (NOTICES, ("case",), None, "case"),
        (NOTICES, ("notices", "consultation"), "甲", "notices.consultation"),
        (NOTICES, ("notices", "award_refused", "facts"), "甲", "notices.award_refused.facts"),
        (NOTICES, ("notices", "bulletin", "rows"), [None], "notices.bulletin.rows"),
    ],
)
def test_a_value_of_the_wrong_kind_is_named_by_its_key(tmp_path, name, place, value, key):
    found = issues_with(tmp_path, name, place, value)
    assert (name, key) in {(issue.file, issue.key) for issue in found}
