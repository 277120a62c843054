"""Drafts: begun, saved field by field, given up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

import clock
from approvals.applications.drafts import merge
from approvals.applications.errors import WrongStateError
from approvals.applications.forms.values import to_json
from approvals.applications.models import Application
from approvals.applications.rights import require_member
from approvals.applications.services.locking import locked
from approvals.programs.form_schema import form_of
from approvals.programs.models import Program
from journal.services import record
from organizations.kinds import ApplicantKind
from organizations.models import Applicant, Organ, User

PROFILE_FIELDS = frozenset(
    {
        "credit_code",
        "legal_representative",
        "founded_on",
        "address",
        "bank_account",
        "contact_name",
        "contact_phone",
    }
)
"""Questions with these keys are answered from the applicant's profile (免填)."""


@transaction.atomic
def create_draft(program: Program, organ: Organ, by: User) -> Application:
    """A new draft under this version of the program, the known facts filled in.

    Raises NotAllowedError for somebody who does not file for the organ, WrongStateError when the
    applicant belongs to another city.
    """
    require_member(by, organ.pk)
    if organ.city != program.city:
        raise WrongStateError(_("该项目由另一城市受理，请在本单位注册地所在城市申报。"))
    profile = _fitting(
        program, Applicant.objects.filter(organ=organ).select_related("county").first()
    )
    now = clock.now()
    application = Application.objects.create(
        city=program.city,
        program=program,
        applicant=organ,
        county=profile.county,
        created_by=by,
        created_at=now,
        draft_saved_at=now,
        data=_known_answers(program, organ, profile),
    )
    record(
        application.stream,
        "draft_created",
        actor=by,
        data={"program": str(program), "applicant": organ.name},
    )
    return application


def _fitting(program: Program, profile: Applicant | None) -> Applicant:
    """The profile of an applicant of a kind that may file under this program."""
    kinds = program.content.get("applicants", {}).get("kinds", ())
    if profile is None:
        raise WrongStateError(_("该单位尚未登记申报单位信息，请先完成单位登记。"))
    if kinds and profile.kind not in kinds:
        labels = "、".join(str(ApplicantKind(kind).label) for kind in kinds)
        raise WrongStateError(
            _("该项目的申报单位须为：%(kinds)s；本单位登记为%(own)s，请选择其他项目。")
            % {"kinds": labels, "own": profile.get_kind_display()}
        )
    return profile


def _known_answers(program: Program, organ: Organ, profile: Applicant) -> dict[str, Any]:
    known: dict[str, Any] = {"applicant_name": organ.name, "organ_name": organ.name}
    known |= {key: to_json(getattr(profile, key)) for key in PROFILE_FIELDS}
    asked = {field.key for field in form_of(program.content).fields()}
    return {key: value for key, value in known.items() if key in asked and value}


@transaction.atomic
def save_draft(
    application: Application,
    *,
    by: User,
    data: Mapping[str, Any],
    base: Mapping[str, str] | None = None,
    automatic: bool = False,
) -> Application:
    """Stores the answers of a page; `base` are the fingerprints the page carried.

    Raises DraftConflictError (409) when another window stored other values of the same fields;
    then nothing is written and the page keeps both. Automatic saves are not journalled one by
    one: the journal names what a person saved on purpose.
    """
    draft = locked(application.pk)
    require_member(by, draft.applicant_id)
    require_draft(draft)
    fields = {field.key: field.label for field in form_of(draft.program.content).fields()}
    known = {key: value for key, value in data.items() if key in fields}
    merged = merge(draft.data, known, base or {}, fields)
    changed = sorted(key for key in known if merged.get(key) != draft.data.get(key))
    draft.draft_saved_at = clock.now()
    if changed:
        draft.data = merged
    draft.save(update_fields=["data", "draft_saved_at"])
    if changed and not automatic:
        record(draft.stream, "draft_saved", actor=by, data={"fields": changed})
    return draft


@transaction.atomic
def discard_draft(application: Application, *, by: User) -> Application:
    """Gives a draft up: it leaves the lists but stays on record."""
    draft = locked(application.pk)
    require_member(by, draft.applicant_id)
    require_draft(draft)
    draft.closed_at = clock.now()
    draft.verdict = "withdrawn"
    draft.save(update_fields=["closed_at", "verdict"])
    record(draft.stream, "draft_discarded", actor=by)
    return draft


def require_draft(application: Application) -> None:
    """Raises WrongStateError once the application was filed or given up."""
    if not application.is_draft:
        raise WrongStateError(
            _("申请已提交或已终止，不能再按草稿修改；如需更改请等待补正通知或撤回后重新申报。")
        )
