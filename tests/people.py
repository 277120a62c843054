"""Shared people: a city's cast and filed cases, made through the services."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass

import pytest

import clock
from approvals.applications.models import Application
from approvals.programs.models import Program
from approvals.programs.selectors import program_for
from approvals.rehearsal import filing, play
from approvals.rehearsal.cast import Cast
from approvals.rehearsal.choices import Plan
from approvals.rehearsal.cities import City, cities
from organizations.holders import holders
from organizations.models import Organ, User
from workflows.models import Task

PASSWORD = "Fuhua-2026"


@dataclass
class Town:
    """A city with people for every role, and what tests do with it."""

    city: City
    cast: Cast

    def organ(self, key: str) -> Organ:
        return Organ.objects.get(city=self.city.key, key=key)

    def person(self, role: str, organ: str) -> User:
        return holders(role, self.organ(organ)).first()

    def user(self, name: str) -> User:
        return User.objects.get(username=f"{self.city.prefix}_{name}")

    def program(self, kind: str) -> Program:
        code = {
            "jiaxing": {"recognition": "J03", "award": "J09", "voucher": "J08"},
            "mudanjiang": {"recognition": "M02", "award": "M12f", "voucher": "MV"},
        }[self.city.key][kind]
        return program_for(self.city.key, code, clock.today())

    def applicant(self, kind: str, county: str = "", name: str = "a") -> Organ:
        place = self.organ(county) if county else self.city.counties()[0]
        return self.cast.applicant(f"{self.city.prefix}_{place.key}_{kind}_{name}", kind, place)

    def draft(self, kind: str, county: str = "", name: str = "a") -> Application:
        program = self.program(kind)
        organ = self.applicant(filing.applicant_kind(program), county, name)
        return filing.draft(program, organ, self.cast.member_of(organ))

    def filed(self, kind: str, county: str = "", name: str = "a") -> Application:
        draft = self.draft(kind, county, name)
        return filing.submit(draft, self.cast.member_of(draft.applicant))

    def played_to(self, application: Application, element: str, plan: Plan | None = None) -> Task:
        """Plays until a task of this element waits; answers it."""
        plan = plan or Plan(dice=random.Random(1))
        for _step in range(40):
            waiting = play.open_tasks(application).filter(element=element).first()
            if waiting is not None:
                return waiting
            assert play.next_act(application, plan) is not None, f"never came to {element}"
        raise AssertionError(element)


def key() -> str:
    return uuid.uuid4().hex


def town(name: str) -> Town:
    city = next(city for city in cities() if city.key == name)
    cast = city.cast()
    cast.staff()
    return Town(city, cast)


@pytest.fixture
def jiaxing(db) -> Town:
    return town("jiaxing")


@pytest.fixture
def mudanjiang(db) -> Town:
    return town("mudanjiang")
