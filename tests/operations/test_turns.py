"""Who is asked, when, and once: sequences over offices, people who must stay away as seats open (C0, C13)."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest

import clock
from approvals.programs.models import Program
from organizations.accounts import appoint, create_account
from organizations.kinds import Kind
from organizations.models import Organ, Relation
from tests.operations.machine.city import CITY, CONTENT, furnished
from tests.operations.machine.driver import said
from tests.operations.machine.flow import key_of, source
from tests.operations.machine.scenario import Scenario
from tests.workflows.playing import released

pytestmark = pytest.mark.django_db
OFFICES = ("dep_x", "dep_y", "dep_z")


@pytest.fixture
def city() -> SimpleNamespace:
    return furnished()


@pytest.fixture
def offices(city: SimpleNamespace) -> SimpleNamespace:
    """A sequence over three departments with two officers each: x1 and x2, y1 and y2, z1 and z2."""
    for key in OFFICES:
        organ = Organ.objects.create(
            city=CITY, key=key, name=f"部门{key}", short_name=key, kind=Kind.DEPARTMENT
        )
        for number in "12":
            name = f"{key[-1]}{number}"
            city.people[name] = create_account(username=name, password=None, name=name, by=None)
            appoint(
                city.people[name], organ, "department_officer", by=None, valid_from=date(2020, 1, 1)
            )
    released(source("sequence").replace(key_of("sequence"), "machine_offices"), city=CITY)
    city.programs["offices", False] = Program.objects.create(
        city=CITY, code="offices", version=1, kind=Program.Kind.AWARD, title="机试项目", valid_from=date(2020, 1, 1),
        flow_key="machine_offices", content={**CONTENT, "route": {"departments": list(OFFICES)}},
        sha256="offices", loaded_at=clock.now(),
    )  # fmt: skip
    return city


def says(case: Scenario, who: str, outcome: str = "approve") -> None:
    """Somebody of an office answers its open seat."""
    mine = [row for row in case.rows("panel") if row.is_open and row.item == f"dep_{who[0]}"]
    case.ok(case.vote(mine[0].pk, who, case.version, outcome))


def asked(case: Scenario) -> list[str]:
    return [row.item for row in case.rows("panel") if row.is_open]


def tied(city: SimpleNamespace, *names: str) -> None:
    for name in names:
        Relation.objects.create(
            user=city.people[name], organ=city.firm, ground="亲属", valid_from=date(2020, 1, 1)
        )


def test_in_a_sequence_of_offices_an_annulled_opinion_is_given_anew_before_the_next_goes_on(
    offices,
):
    case = Scenario(offices, "offices").accepted()
    says(case, "x1")
    assert asked(case) == ["dep_y"]
    case.ok(case.order_recusal("bl", "x1"))
    assert asked(case) == ["dep_x"], "only the first undecided seat is open"
    says(case, "x2")
    assert asked(case) == ["dep_y"]


def test_an_office_behind_it_that_has_been_heard_is_not_asked_again(offices):
    case = Scenario(offices, "offices").accepted()
    says(case, "x1")
    says(case, "y1")
    case.ok(case.order_recusal("bl", "x1"))
    assert asked(case) == ["dep_x"]
    says(case, "x2")
    assert asked(case) == ["dep_z"]
    says(case, "z1")
    assert "panel" not in case.open()


def test_two_offices_whose_opinions_are_annulled_are_asked_one_after_the_other(offices):
    case = Scenario(offices, "offices").accepted()
    says(case, "x1")
    says(case, "y1")
    case.ok(case.order_recusal("bl", "x1"))
    case.ok(case.order_recusal("bl", "y1"))
    for office in "xyz":
        assert asked(case) == [f"dep_{office}"]
        says(case, f"{office}2")
    assert "panel" not in case.open()


def test_an_answer_behind_it_that_waits_for_its_signers_is_kept(offices):
    case = Scenario(offices, "offices").accepted()
    says(case, "x1")
    row = next(row for row in case.rows("panel") if row.is_open)
    case.asks("y1", row, "after", "y2", statement=said("approve"))
    case.ok(case.order_recusal("bl", "x1"))
    says(case, "x2")
    signer = next(row for row in case.rows("panel") if row.is_open)
    case.ok(case.vote(signer.pk, "y2", case.version, "approve"))
    row.refresh_from_db()
    assert (row.status, row.outcome) == ("DONE", "approve")
    assert asked(case) == ["dep_z"]


@pytest.mark.parametrize("mode", ["two", "majority", "weight_of_four"])
def test_a_panel_of_which_nobody_may_sit_waits_for_replacements(city, mode):
    """Its verdict is asked when all who must stay away have left, not between two of them."""
    tied(city, "d1", "d2", "d3")
    case = Scenario(city, mode).accepted()
    assert case.states("panel") == ["recused"] * 3
    assert case.process.blocked_reason == "needs_replacement: panel"


def test_the_next_of_a_sequence_who_must_stay_away_is_passed_over_when_his_turn_comes(city):
    tied(city, "d1", "d2")
    case = Scenario(city, "sequence").accepted()
    assert case.states("panel") == ["recused", "recused", "open"]


def test_a_sequence_of_which_nobody_may_sit_waits_for_replacements(city):
    tied(city, "d1", "d2", "d3")
    case = Scenario(city, "sequence").accepted()
    assert case.process.blocked_reason == "needs_replacement: panel"
