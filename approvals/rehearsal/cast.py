"""The people of the demo: a person for every role, invented applicants in every county."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import yaml
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext as _

import clock
from organizations.credit_code import check_digit
from organizations.models import Applicant, Membership, Organ, User
from organizations.roles import Role

BUREAU_ROLES = (
    Role.INTAKE,
    Role.REVIEWER,
    Role.BUREAU_LEADER,
    Role.SEAL_KEEPER,
    Role.ARCHIVE,
    Role.DISCIPLINE,
    Role.FLOW_ADMIN,
    Role.SYSTEM_ADMIN,
    Role.SECURITY_ADMIN,
    Role.AUDIT_ADMIN,
    Role.DIVISION_OFFICER,
)
BY_KIND: dict[str, tuple[Role, ...]] = {
    "county": (Role.COUNTY_OFFICER, Role.COUNTY_LEADER),
    "zone": (Role.ZONE_OFFICER,),
    "department": (Role.DEPARTMENT_OFFICER, Role.DEPARTMENT_LEADER),
    "science_bureau": BUREAU_ROLES,
    "finance_bureau": (Role.FINANCE_OFFICER, Role.FINANCE_LEADER),
    "office": (Role.PRINTING_OFFICE,),
}
EXPERTS = 9
KINDS = ("incubator", "enterprise", "makerspace")


@dataclass
class Names:
    """Draws names from the pool of policies/demo.yaml; the same seed gives the same city."""

    seed: int
    pool: dict[str, Any] = field(
        default_factory=lambda: yaml.safe_load(
            (settings.POLICIES_DIR / "demo.yaml").read_text("utf-8")
        )
    )
    used: set[str] = field(default_factory=set)

    @cached_property
    def dice(self) -> random.Random:
        return random.Random(self.seed)  # noqa: S311 - invented names, nothing secret

    def person(self) -> str:
        surname, given = (
            self.dice.choice(self.pool["surnames"]),
            self.dice.choice(self.pool["given_names"]),
        )
        return f"{surname}{given}"

    def firm(self, kind: str, place: str) -> str:
        """An invented company name that was not drawn before."""
        while True:
            name = str(self.pool["forms"][kind]).format(
                place=place,
                brand=self.dice.choice(self.pool["brands"]),
                trade=self.dice.choice(self.pool["trades"]),
            )
            if name not in self.used:
                self.used.add(name)
                return name

    def address(self, place: str) -> str:
        return f"{place}{self.dice.choice(self.pool['streets'])}{self.dice.randint(1, 999)}号"


def credit_code(serial: int) -> str:
    """A credit code with right check digits in a block no registry uses (division 000000)."""
    body = f"{serial:08d}"
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11
    organisation = body + {10: "X", 11: "0"}.get(rest, str(rest))
    first = "91000000" + organisation
    return first + check_digit(first)


class Cast:
    """Creates what is missing and leaves what is there: running it again changes nothing."""

    def __init__(self, city: str, prefix: str, seed: int, password: str | None = None) -> None:
        self.city = city
        self.prefix = prefix
        self.names = Names(seed)
        self.password = make_password(password or str(self.names.pool["password"]))
        self.since = clock.today() - timedelta(days=700)

    def staff(self) -> None:
        """A person for every role of every organ, and the experts; all who are missing at once."""
        posts = [(name, self.names.person(), organ, role) for name, organ, role in self._posts()]
        known = set(
            User.objects.filter(username__in=[name for name, *_rest in posts]).values_list(
                "username", flat=True
            )
        )
        missing = [post for post in posts if post[0] not in known]
        users = User.objects.bulk_create(
            [
                User(username=username, **self._account(username, name))
                for username, name, *_ in missing
            ]
        )
        Membership.objects.bulk_create(
            [
                self._membership(user, organ, role)
                for user, (_username, _name, organ, role) in zip(users, missing, strict=True)
            ]
        )

    def _posts(self) -> Iterator[tuple[str, Organ, Role]]:
        """(user name, organ, role), always in the same order: the names drawn follow it."""
        organs = Organ.objects.filter(city=self.city, valid_to=None).order_by("pk")
        has_office = any(organ.kind == "office" for organ in organs)
        for organ in organs:
            roles = BY_KIND.get(organ.kind, ())
            if organ.kind == "science_bureau" and not has_office:
                roles = (*roles, Role.PRINTING_OFFICE)
            for role in roles:
                yield self._username(organ, role), organ, role
            if organ.kind == "expert_pool":
                for number in range(1, EXPERTS + 1):
                    yield f"{self.prefix}_expert{number}", organ, Role.EXPERT

    def _username(self, organ: Organ, role: Role) -> str:
        """`jx_nanhu_officer`, `jx_intake`: short enough to type."""
        short = role.value.removeprefix("county_").removeprefix("zone_").removeprefix("department_")
        if organ.kind in {"county", "zone", "department"}:
            return f"{self.prefix}_{organ.key}_{short}"
        return f"{self.prefix}_{role.value}"

    def person(self, username: str, organ: Organ, role: Role) -> User:
        """The user of this name with this post; created when he is missing."""
        name = self.names.person()
        user, created = User.objects.get_or_create(
            username=username, defaults=self._account(username, name)
        )
        if created:
            self._membership(user, organ, role).save()
        return user

    def _account(self, username: str, name: str) -> dict[str, Any]:
        return {
            "name": name,
            "email": f"{username}@example.invalid",
            "password": self.password,
            "is_demo": True,
        }

    def _membership(self, user: User, organ: Organ, role: Role) -> Membership:
        post = str(role.label)
        return Membership(user=user, organ=organ, role=role.value, post=post, valid_from=self.since)

    def applicants(self, places: list[Organ], how_many: int) -> list[Organ]:
        """Invented incubators, enterprises and makerspaces, spread over counties and zones."""
        found = []
        for number in range(how_many):
            county = places[number % len(places)]
            kind = KINDS[(number // len(places)) % len(KINDS)]
            found.append(self.applicant(f"{self.prefix}_{county.key}_{kind}{number}", kind, county))
        self._sponsored(found[-3:])
        if found:
            self.person(f"{self.prefix}_agent", found[0], Role.AGENT)
        return found

    def _sponsored(self, organs: list[Organ]) -> None:
        """Municipal-direct applicants (R-DIRECT): a department sponsors them, no county step."""
        sponsor = (
            Organ.objects.filter(city=self.city, kind="department", valid_to=None)
            .order_by("pk")
            .first()
        )
        Applicant.objects.filter(organ__in=organs).update(direct_sponsor=sponsor)

    def applicant(self, key: str, kind: str, county: Organ) -> Organ:
        """One applicant with its own person; the key is also the user's name."""
        place = county.short_name or county.name
        organ, created = Organ.objects.get_or_create(
            city=self.city,
            key=key,
            defaults={
                "name": self.names.firm(kind, place),
                "short_name": "",
                "kind": "applicant",
                "valid_from": self.since,
            },
        )
        if created:
            self._profile(organ, kind, county)
        self.person(key, organ, Role.APPLICANT)
        return organ

    def member_of(self, organ: Organ) -> User:
        """The person who files for an applicant."""
        return User.objects.get(
            memberships__organ=organ, memberships__role=Role.APPLICANT.value, username=organ.key
        )

    def _profile(self, organ: Organ, kind: str, county: Organ) -> None:
        Applicant.objects.create(
            organ=organ,
            kind=kind,
            county=county,
            credit_code=credit_code(organ.pk),
            legal_representative=self.names.person(),
            founded_on=date(2019, 1, 1) + timedelta(days=self.names.dice.randint(0, 1200)),
            address=self.names.address(county.name),
            bank_account=f"0000{organ.pk:012d}",
            contact_name=self.names.person(),
            contact_phone=f"000{organ.pk:08d}",
        )


def describe(membership: Membership) -> str:
    """What a demo account is for, in a sentence."""
    return _("%(organ)s，%(role)s") % {
        "organ": membership.organ.name,
        "role": Role(membership.role).label,
    }
