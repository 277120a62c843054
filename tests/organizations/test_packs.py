"""A city's file: every issue at once with its line, and a load that can be repeated."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal.models import Entry
from organizations import yaml_lines
from organizations.models import Organ
from organizations.packs import PackError, check, load
from organizations.selectors import city_names, vocabulary
from organizations.yaml_lines import YamlError, load_with_lines

GOOD = """\
city: sample
name: 示例市
vocabulary:
  county_level: 县（市、区）
organs:
  - {key: east, name: 示例市东区, short_name: 东区, kind: county, provenance: 示例}
  - {key: bureau, name: 示例市科学技术局, short_name: 市科技局, kind: science_bureau, document_code: 示科, provenance: 示例}
  - {key: finance, name: 示例市财政局, short_name: 市财政局, kind: finance_bureau, provenance: 示例}
  - {key: experts, name: 示例市专家库, short_name: 专家库, kind: expert_pool, parent: bureau, provenance: 示例}
  - {key: old, name: 示例市经信委, short_name: 市经信委, kind: department, valid_to: 2018-12-31, successor: new, provenance: 示例}
  - {key: new, name: 示例市经信局, short_name: 市经信局, kind: department, valid_from: 2019-01-01, provenance: 示例}
"""


def written(folder: Path, text: str) -> Path:
    (folder / "organs.yaml").write_text(text, encoding="utf-8")
    return folder


def test_a_good_file_has_no_issue(tmp_path):
    assert check(written(tmp_path, GOOD)) == []


@pytest.mark.parametrize("city", ["jiaxing", "mudanjiang"])
def test_the_shipped_files_have_no_issue(city, settings):
    assert check(settings.POLICIES_DIR / city) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "words"),
    [
        ("city: sample", "town: sample", 1, "town", "unknown key"),
        ("name: 示例市\n", "name: 7\n", 2, "name", "must be a text"),
        ("  county_level: 县（市、区）", "  county_level: 3", 4, "vocabulary.county_level", "text"),
        ("kind: county", "kind: village", 6, "organs.0.kind", "unknown kind"),
        ("kind: county", "kind: city", 6, "organs.0.kind", "unknown kind"),
        ("key: east, ", "", 6, "organs.0.key", "missing"),
        ("key: finance", "key: bureau", 8, "organs.2.key", "twice"),
        ("key: finance", "key: city", 8, "organs.2.key", "reserved"),
        ("document_code: 示科", "document_code: 12", 7, "organs.1.document_code", 'quotes: "12"'),
        ("document_code: 示科", "document_code: 示科-K", 7, "organs.1.document_code", "嘉科高"),
        ("short_name: 东区", "nickname: 东区", 6, "organs.0.nickname", "unknown field"),
        ("parent: bureau", "parent: nobody", 9, "organs.3.parent", "no organ"),
        ("parent: bureau", "parent: experts", 9, "organs.3.parent", "leads back"),
        ("valid_to: 2018-12-31, ", "", 10, "organs.4.successor", "must end"),
        ("valid_to: 2018-12-31", "valid_to: 2018", 10, "organs.4.valid_to", "a day like"),
        (
            "valid_from: 2019-01-01",
            "valid_from: 2019-01-01, valid_to: 2018-01-01",
            11,
            "organs.5.valid_to",
            "before",
        ),
        ("kind: finance_bureau", "kind: science_bureau", 5, "organs", "more than one"),
    ],
)
def test_an_issue_names_its_line_and_key(tmp_path, old, new, line, key, words):
    assert old in GOOD
    issues = check(written(tmp_path, GOOD.replace(old, new, 1)))
    assert any(
        issue.line == line and issue.key == key and words in issue.message for issue in issues
    ), issues


def test_all_issues_come_at_once(tmp_path):
    text = GOOD.replace("kind: county", "kind: village").replace("kind: department", "kind: guild")
    assert [issue.line for issue in check(written(tmp_path, text)) if "kind" in issue.key] == [
        6,
        10,
        11,
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "7",
        "[]",
        "city: [",
        "organs: 3",
        "organs: [7]",
        "\t",
        "a: !!python/object:x.y {}",
        "a: 1\na: 2",
        "a: &x 1\nb: *x",
    ],
)
def test_no_text_breaks_the_check(tmp_path, text):
    assert check(written(tmp_path, text))


def test_a_missing_file_and_foreign_bytes_are_issues(tmp_path):
    assert "cannot be read" in check(tmp_path)[0].message
    (tmp_path / "organs.yaml").write_bytes(b"\xff\xfe\x00")
    assert "UTF-8" in check(tmp_path)[0].message


@pytest.mark.django_db
def test_loading_makes_the_organs_with_their_links(tmp_path):
    load(written(tmp_path, GOOD))
    organs = {organ.key: organ for organ in Organ.objects.filter(city="sample")}
    assert organs["experts"].parent == organs["bureau"]
    assert organs["bureau"].parent == organs["city"]
    assert organs["old"].successor == organs["new"]
    assert organs["bureau"].document_code == "示科"
    assert vocabulary("sample") == {"county_level": "县（市、区）"}
    assert city_names()["sample"] == "示例市"


@pytest.mark.django_db
def test_loading_again_writes_nothing_and_a_change_is_journalled_once(tmp_path):
    load(written(tmp_path, GOOD))
    before = Entry.objects.count()
    load(tmp_path)
    assert Entry.objects.count() == before
    load(written(tmp_path, GOOD.replace("name: 示例市东区", "name: 示例市东城区")))
    last = Entry.objects.order_by("-pk").first()
    assert Entry.objects.count() == before + 1
    assert (last.stream.key, last.data) == ("organ:sample/east", {"name": "示例市东城区"})


@pytest.mark.django_db
def test_an_organ_that_leaves_the_file_stays(tmp_path):
    load(written(tmp_path, GOOD))
    load(
        written(
            tmp_path,
            "\n".join(
                line
                for line in GOOD.splitlines()
                if "key: new" not in line and "key: old" not in line
            ),
        )
    )
    assert Organ.objects.filter(city="sample", key="new").exists()


@pytest.mark.django_db
def test_a_file_with_errors_loads_nothing_and_tells_them_all(tmp_path):
    with pytest.raises(PackError) as refused:
        load(written(tmp_path, GOOD.replace("kind: county", "kind: village")))
    assert refused.value.issues[0].line == 6
    assert not Organ.objects.filter(city="sample").exists()


def test_every_value_has_its_line(tmp_path):
    data, lines = load_with_lines(written(tmp_path, GOOD) / "organs.yaml")
    assert data["organs"][1]["document_code"] == "示科"
    assert lines["organs",] == 5
    assert lines["organs", 1] == lines["organs", 1, "document_code"] == 7
    assert lines["vocabulary", "county_level"] == 4


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\nb: [", 2),
        ("a: 1\na: 2", 2),
        ("a: &x 1\n\nb: *x", 3),
        ("a: 1\nb: 2026-02-31", 2),
        ("a: 1\nb: \x07", 2),
    ],
)
def test_an_unreadable_file_names_its_line(tmp_path, text, line):
    with pytest.raises(YamlError) as refused:
        load_with_lines(written(tmp_path, text) / "organs.yaml")
    assert refused.value.line in {line, line + 1}


def test_a_file_that_nests_without_end_is_refused(tmp_path):
    with pytest.raises(YamlError, match="within one another") as refused:
        load_with_lines(written(tmp_path, "a: 1\nb: " + "[" * 900_000) / "organs.yaml")
    assert refused.value.line == 2


@pytest.mark.parametrize("path", sorted(Path("policies").rglob("*.yaml")), ids=str)
def test_the_quick_loader_reads_what_the_careful_one_reads(path, monkeypatch):
    quick = load_with_lines(path)
    monkeypatch.setattr(yaml_lines, "_QUICK", None)
    assert load_with_lines(path) == quick


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_in_order(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("yaml") / "any.yaml"
    path.write_bytes(text.encode("utf-8", "replace"))
    with suppress(YamlError):
        load_with_lines(path)
