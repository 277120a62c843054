"""The little city in which the machine plays: people with posts, one program a rule, cheap filing."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import clock
from approvals.applications import services as applications
from approvals.applications.models import Application
from approvals.programs.models import Program
from organizations.accounts import appoint, create_account
from organizations.applicants import register_applicant
from organizations.credit_code import check_digit
from organizations.kinds import Kind
from organizations.models import Organ, User
from tests.operations.machine.flow import key_of, source
from tests.operations.machine.model.law import MODES
from tests.operations.machine.model.people import MEMBERS, ORGANS, PEOPLE
from tests.workflows.playing import released

CITY = "machinecity"
KINDS = {
    "north": Kind.COUNTY,
    "south": Kind.COUNTY,
    "dept": Kind.DEPARTMENT,
    "bureau": Kind.SCIENCE_BUREAU,
    "watch": Kind.PARTY,
}
_TEXT = {"type": "text", "required": True}
CONTENT: dict[str, Any] = {
    "applicants": {"kinds": ["enterprise"]},
    "windows": [{"title": "全年", "opens": "2025-01-01", "closes": "2030-12-31"}],
    "form": {
        "sections": [
            {"key": "all", "title": "申请", "fields": [{"key": "name", "label": "名称", **_TEXT}, {"key": "plan", "label": "方案", **_TEXT}]}
        ]
    },
    "route": {"departments": list(MEMBERS)},
    "relies_on": {
        "county_review": ["name"], "intake": ["name"], "panel": ["plan"], "site": ["name"], "propose": ["name", "plan"], "sign": [],
    },
    "task_forms": {
        step: {"title": step, "outcomes": [{"value": "return", "label": "退回", "items": True}]} for step in ("county_review", "intake")
    },
    "deadlines": {"decision": {"days": 20}, "correction": {"days": 10, "clause": "示例办法第八条"}, "intake": {"days": 5}},
    "deferral": {"days": 10, "hold_days": 365},
}  # fmt: skip
SLOT = {
    "key": "finance",
    "label": "财务报告",
    "required": True,
    "deferrable": True,
    "types": ["pdf"],
}


def furnished() -> SimpleNamespace:
    """Organs, people, flows and programs; once a test, the runs roll back to it."""
    organs = {key: _organ(key) for key in ORGANS}
    code = "91330402MA28M0000"
    firm = register_applicant(
        city=CITY, name="甲公司", credit_code=code + check_digit(code), kind="enterprise", county=organs["north"], by=None,
        legal_representative="王启明",
    ).organ  # fmt: skip
    organs["firm"] = firm
    people = {name: _person(name, posts, organs) for name, posts in PEOPLE.items()}
    programs = {}
    for mode in MODES:
        released(source(mode), city=CITY)
        for deferred in (False, True):
            programs[mode, deferred] = _program(mode, deferred)
    return SimpleNamespace(organs=organs, firm=firm, people=people, programs=programs)


def _organ(key: str) -> Organ:
    return Organ.objects.create(
        city=CITY, key=key, name=f"示例{key}", short_name=key, kind=KINDS[key]
    )


def _person(name: str, posts: tuple[tuple[str, str], ...], organs: dict[str, Organ]) -> User:
    user = create_account(username=name, password=None, name=name, by=None)
    for role, organ in posts:
        appoint(user, organs[organ], role, by=None, valid_from=date(2020, 1, 1))
    return user


def _program(mode: str, deferred: bool) -> Program:
    code = f"{mode}{'_late' if deferred else ''}"[-20:]
    return Program.objects.create(
        city=CITY, code=code, version=1, kind=Program.Kind.AWARD, title="机试项目", valid_from=date(2020, 1, 1),
        flow_key=key_of(mode), content={**CONTENT, **({"attachments": [SLOT]} if deferred else {})},
        sha256=f"{mode}{deferred}", loaded_at=clock.now(),
    )  # fmt: skip


def filed(city: SimpleNamespace, mode: str, *, promised: bool) -> Application:
    """A case, filed by the applicant's clerk; `promised`: the report comes later (C14)."""
    by = city.people["a"]
    draft = applications.create_draft(city.programs[mode, promised], city.firm, by)
    applications.save_draft(draft, by=by, data={"name": "名称", "plan": "方案"})
    return applications.submit(draft, by=by, key=f"file-{draft.pk}", promised=promised)
