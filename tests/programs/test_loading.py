"""Loading a pack: all or nothing, again and again the same, and a version never changes."""

from __future__ import annotations

from datetime import date

import pytest

import clock
from approvals.programs import packs, selectors
from approvals.programs.models import PackRelease, Program
from organizations.models import Organ
from tests.programs.packs_for_tests import DAY, POLICIES, copied, spoil
from workflows.models import FlowVersion

pytestmark = pytest.mark.django_db


def counts():
    return tuple(model.objects.count() for model in (Program, PackRelease, FlowVersion, Organ))


def newer(tmp_path):
    """Jiaxing's folder with a further version of J09 that pays a quarter."""
    folder = copied("jiaxing", tmp_path)
    second = folder / "programs" / "J09_2.yaml"
    second.write_text((folder / "programs" / "J09.yaml").read_text())
    spoil(folder, "programs/J09_2.yaml", "version: 2\nkind", "version: 3\nkind")
    spoil(folder, "programs/J09_2.yaml", "valid_from: 2025-01-01", "valid_from: 2027-01-01")
    spoil(folder, "programs/J09_2.yaml", 'ratio: {value: "0.20"', 'ratio: {value: "0.25"')
    return folder


def test_both_cities_are_there_with_their_programs():
    found = {(p.city, p.code) for p in selectors.open_programs(DAY)}
    assert found == {
        ("jiaxing", "J03"),
        ("jiaxing", "J08"),
        ("jiaxing", "J09"),
        ("mudanjiang", "M02"),
        ("mudanjiang", "M12f"),
        ("mudanjiang", "MV"),
    }


def test_every_program_has_its_flow():
    assert {p.flow_key for p in Program.objects.all()} <= set(
        FlowVersion.objects.values_list("key", flat=True)
    )


@pytest.mark.parametrize("city", ["jiaxing", "mudanjiang"])
def test_loading_the_same_bytes_again_changes_nothing(city):
    before = counts()
    packs.load(POLICIES / city)
    assert counts() == before


def test_a_new_version_stands_beside_the_old_one(tmp_path):
    packs.load(newer(tmp_path))
    assert selectors.program_for("jiaxing", "J09", DAY).version == 2
    assert selectors.program_for("jiaxing", "J09", date(2027, 1, 1)).version == 3
    assert [
        p.version for p in selectors.programs_valid_on(date(2027, 1, 1)) if p.code == "J09"
    ] == [3]


def test_a_loaded_version_with_other_contents_is_refused_and_nothing_is_loaded(tmp_path):
    folder = newer(tmp_path)
    spoil(folder, "programs/J03.yaml", 'area_min: {value: "5000"', 'area_min: {value: "6000"')
    before = counts()
    with pytest.raises(packs.PackRefusedError) as error:
        packs.load(folder)
    (issue,) = error.value.issues
    assert issue.file == "programs/J03.yaml"
    assert "J03 v3 is loaded with other contents" in issue.message
    assert counts() == before


def test_a_changed_notice_is_a_new_version_too(tmp_path):
    folder = copied("jiaxing", tmp_path)
    spoil(folder, "notices/award_refused.yaml", "决定不予补助", "决定不给补助")
    with pytest.raises(packs.PackRefusedError, match="J09 v2"):
        packs.load(folder)


def test_a_pack_with_an_error_loads_nothing(tmp_path):
    folder = newer(tmp_path)
    spoil(folder, "programs/J08.yaml", "kind: voucher", "kind: coupon")
    before = counts()
    with pytest.raises(packs.PackRefusedError):
        packs.load(folder)
    assert counts() == before


def test_a_stored_program_cannot_be_changed_or_deleted():
    program = Program.objects.first()
    program.title = "别的"
    with pytest.raises(TypeError, match="immutable"):
        program.save()
    with pytest.raises(TypeError, match="never deleted"):
        program.delete()


def test_a_call_is_open_on_both_its_days_and_not_outside():
    program = selectors.program_for("jiaxing", "J09", DAY)
    program.content["windows"] = [{"title": "甲", "opens": "2026-03-01", "closes": "2026-03-31"}]
    assert [selectors.is_open(program, date(2026, 3, day)) for day in (1, 31)] == [True, True]
    assert not selectors.is_open(program, date(2026, 2, 28))
    assert not selectors.is_open(program, date(2026, 4, 1))
    assert selectors.next_window(program, date(2026, 2, 1)).title == "甲"
    assert selectors.next_window(program, date(2026, 3, 1)) is None


def test_choosing_programs_takes_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        selectors.open_programs(clock.today())
    with django_assert_num_queries(1):
        selectors.program_for("jiaxing", "J09", clock.today())
