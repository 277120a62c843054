"""Program versions made for a test: the shipped one with a policy of its own put in."""

from __future__ import annotations

import copy
from typing import Any

import clock
from approvals.applications.models import Application
from approvals.programs.models import Program
from approvals.rehearsal import filing
from tests.people import Town


def deferring(town: Town, **more: Any) -> Program:
    """The recognition with a required report that may come later: ten days, a year's hold."""
    shipped = town.program("recognition")
    content = copy.deepcopy(shipped.content)
    for slot in content["attachments"]:
        if slot["key"] == "finance":
            slot["required"] = True
    content |= {"deferral": {"days": 10, "hold_days": 365}, **more}
    return Program.objects.create(
        city=shipped.city,
        code=shipped.code,
        version=shipped.version + 90,
        kind=shipped.kind,
        title=shipped.title,
        valid_from=shipped.valid_from,
        flow_key=shipped.flow_key,
        content=content,
        sha256=f"{shipped.version + 90:064d}",
        loaded_at=clock.now(),
    )


def drafted(town: Town, program: Program, name: str = "a", *, without: str = "") -> Application:
    """A complete draft under this version; `without`: the slot whose file is not there yet."""
    organ = town.applicant(filing.applicant_kind(program), "nanhu", name)
    draft = filing.draft(program, organ, town.cast.member_of(organ))
    draft.attachments.filter(slot=without).delete()
    return draft
