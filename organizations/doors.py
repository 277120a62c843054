"""The two doors of the log-in page and the choice behind the second one (domain §2.1)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organizations.roles import Role


class Door(models.TextChoices):
    """Through which door a role enters."""

    APPLICANT = "applicant", gettext_lazy("领军人才企业/孵化机构")
    COUNTY = "county", gettext_lazy("县（市、区）及赛区")
    DEPARTMENT = "department", gettext_lazy("部门")
    OTHER = "other", gettext_lazy("其他")


STAFF_DOORS: Final = (Door.COUNTY, Door.DEPARTMENT, Door.OTHER)

_DOOR_OF_ROLE: Final[dict[Role, Door]] = {
    Role.APPLICANT: Door.APPLICANT,
    Role.AGENT: Door.APPLICANT,
    Role.COUNTY_OFFICER: Door.COUNTY,
    Role.COUNTY_LEADER: Door.COUNTY,
    Role.ZONE_OFFICER: Door.COUNTY,
    Role.DIVISION_OFFICER: Door.COUNTY,
    Role.DEPARTMENT_OFFICER: Door.DEPARTMENT,
    Role.DEPARTMENT_LEADER: Door.DEPARTMENT,
    Role.INTAKE: Door.DEPARTMENT,
    Role.REVIEWER: Door.DEPARTMENT,
    Role.BUREAU_LEADER: Door.DEPARTMENT,
    Role.FINANCE_OFFICER: Door.DEPARTMENT,
    Role.FINANCE_LEADER: Door.DEPARTMENT,
}


def door_of(role: str) -> Door:
    """The door of a role; every role that is not named by the seed's first three is `other`."""
    return _DOOR_OF_ROLE.get(Role(role), Door.OTHER)


def doors_of(roles: Iterable[str]) -> frozenset[Door]:
    """Every door open to a person with these roles; without any role it is `other`."""
    return frozenset(door_of(role) for role in roles) or frozenset({Door.OTHER})


def way_out(open_doors: frozenset[Door], tried: frozenset[Door]) -> str:
    """The sentence for a person who knows his password but stands at the wrong door."""
    staff = [door for door in STAFF_DOORS if door in open_doors]
    if not staff:
        return _("该账号属于申报单位，请从“领军人才企业/孵化机构登录”进入")
    names = "”“".join(str(door.label) for door in staff)
    if Door.APPLICANT in tried:
        return _("该账号属于管理用户，请从“管理用户登录”进入，并选择“%(doors)s”") % {"doors": names}
    words = {"tried": "”“".join(str(door.label) for door in tried), "doors": names}
    return _("该账号不属于“%(tried)s”，请改选“%(doors)s”后登录") % words
