"""Registration online: the organ, the account and the membership in one commit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from organizations.accounts import appoint, create_account
from organizations.applicants import register_applicant
from organizations.models import User
from organizations.roles import Role


@transaction.atomic
def register_enterprise(answers: Mapping[str, Any]) -> User:
    """A new applicant and the person who files for it, from a valid RegistrationForm.

    Raises organizations.errors.RuleError (credit code or user name taken). The person acts for the
    organ at once; what is filed is checked by the reviewers against the licence handed in.
    """
    person = create_account(
        username=answers["username"],
        password=answers["password"],
        name=answers["person"],
        phone=answers["contact_phone"],
        email=answers["email"],
        by=None,
    )
    county = answers["county"]
    applicant = register_applicant(
        city=county.city,
        name=answers["name"],
        credit_code=answers["credit_code"],
        kind=answers["kind"],
        county=county,
        by=person,
        legal_representative=answers["legal_representative"],
        contact_name=answers["person"],
        contact_phone=answers["contact_phone"],
    )
    appoint(person, applicant.organ, Role.APPLICANT, by=person)
    return person
