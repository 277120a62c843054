"""Writes about applicants: registering a legal person, changing its profile."""

from __future__ import annotations

from datetime import date
from typing import Final, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from journal.services import Actor, record
from organizations.errors import RuleError
from organizations.kinds import ApplicantKind, Kind
from organizations.models import Applicant, Organ

COUNTY_KINDS: Final = frozenset({Kind.COUNTY, Kind.ZONE})


class Profile(TypedDict, total=False):
    """What an applicant tells once and reuses in every application."""

    legal_representative: str
    founded_on: date | None
    address: str
    bank_account: str
    contact_name: str
    contact_phone: str
    direct_sponsor: Organ | None


def register_applicant(
    *,
    city: str,
    name: str,
    credit_code: str,
    kind: str,
    county: Organ,
    by: Actor | None,
    short_name: str = "",
    **profile: Unpack[Profile],
) -> Applicant:
    """A legal person with its organ (key = `a-` and the credit code in small letters).

    `county` is the *administering* county or zone, not the one of the registered address
    (domain §6.1). Raises RuleError naming the field.
    """
    _check(city, credit_code, county)
    with transaction.atomic():
        if Applicant.objects.filter(credit_code=credit_code).exists():
            message = _("该统一社会信用代码已登记，请用原账号登录或者联系系统管理员")
            raise RuleError("credit_code", "taken", message)
        organ = Organ.objects.create(
            city=city,
            key=f"a-{credit_code.lower()}",
            name=name,
            short_name=short_name or name[:60],
            kind=Kind.APPLICANT,
        )
        applicant = Applicant.objects.create(
            organ=organ,
            credit_code=credit_code,
            kind=ApplicantKind(kind),
            county=county,
            **profile,
        )
        told = {"credit_code": credit_code, "name": name, "county": county.key}
        record(organ.stream, "applicant_registered", actor=by, data=told)
    return applicant


def _check(city: str, credit_code: str, county: Organ) -> None:
    try:
        Applicant._meta.get_field("credit_code").run_validators(credit_code)
    except ValidationError as error:
        raise RuleError("credit_code", "credit_code", error.messages[0]) from error
    if county.city != city or county.kind not in COUNTY_KINDS:
        raise RuleError("county", "kind", _("请选择本市的县（市、区）或者开发区"))


def change_profile(applicant: Applicant, *, by: Actor, **profile: Unpack[Profile]) -> Applicant:
    """Changes what the applicant told; the journal keeps the names of the changed fields only
    (a bank account must not be copied into a chain that is never purged)."""
    with transaction.atomic():
        locked = Applicant.objects.select_for_update().select_related("organ").get(pk=applicant.pk)
        changed = [name for name, value in profile.items() if getattr(locked, name) != value]
        for name in changed:
            setattr(locked, name, profile[name])  # type: ignore[literal-required]  # names of Profile
        if changed:
            locked.save(update_fields=changed)
            record(locked.organ.stream, "profile_changed", actor=by, data={"fields": changed})
    return locked
