"""The pool as a draw sees it: every entry, with the grounds that keep a person out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext as _

import clock
from approvals.applications.models import Application
from approvals.experts.models import Draw, ExpertProfile, Replacement
from organizations.conflicts import conflicted
from organizations.holders import holders, resolve_organ
from organizations.models import Organ
from workflows.models import Process
from workflows.recusals import recused_people

INACTIVE, POSTLESS, TIED, RECUSED, DRAWN, SPECIALTY, REGION = (
    "inactive",
    "no_post",
    "conflict",
    "recused",
    "drawn_before",
    "specialty",
    "region",
)
"""Grounds of exclusion as the snapshot keeps them; `words` puts them in a sentence."""
SEATED = "seated"
"""A substitute who has a seat of the panel already, named by hand."""
_LIVE = frozenset({INACTIVE, POSTLESS, TIED, RECUSED})
"""Grounds that are asked again when a substitute is called; the others were settled by the draw."""


def words(ground: str) -> str:
    """The ground as people read it; an unknown one as it is."""
    told = {
        INACTIVE: _("不在库期内"),
        POSTLESS: _("账号停用或者不再担任评审专家"),
        TIED: _("与申报单位有利害关系，应当回避"),
        RECUSED: _("已在本件中回避"),
        DRAWN: _("本件已抽取过"),
        SPECIALTY: _("专业领域不符"),
        REGION: _("所在地区不符"),
        SEATED: _("已在本评审组"),
    }
    return told.get(ground, ground)


def pool_organ(application: Application) -> Organ | None:
    """The city's expert pool of today."""
    return resolve_organ(
        city=application.city,
        role="expert",
        scope="city",
        county=application.county,
        party=application.applicant,
    )


def specialties_of(application: Application) -> list[str]:
    """Every specialty the pool knows, sorted; for the form."""
    pool = pool_organ(application)
    rows = ExpertProfile.objects.filter(pool=pool).values_list("specialties", flat=True)
    return sorted({word for row in rows for word in row})


def snapshot(application: Application, constraints: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The pool at this moment, sorted by id; entries that ended long ago stay out. Six queries at
    any size. The same pool, ties and constraints give the same list, byte for byte."""
    pool = pool_organ(application)
    if pool is None:
        return []
    entries = list(
        ExpertProfile.objects.filter(pool=pool, active_to=None)
        .select_related("user", "region")
        .order_by("pk")
    )
    people = [entry.user_id for entry in entries]
    posted = set(holders("expert", pool).values_list("pk", flat=True))
    tied = conflicted(application.applicant, people)
    away = recused_people(application.process_id) if application.process_id else frozenset()
    before = _drawn_before(application)
    return [
        {
            "id": entry.pk,
            "user": entry.user_id,
            "name": entry.user.name,
            "employer": entry.employer,
            "region": entry.region.key if entry.region is not None else "",
            "specialties": sorted(entry.specialties),
            "excluded": [
                ground
                for ground, holds in (
                    (INACTIVE, not entry.is_active_on(clock.today())),
                    (POSTLESS, entry.user_id not in posted),
                    (TIED, entry.user_id in tied or _works_there(entry, application.applicant)),
                    (RECUSED, entry.user_id in away),
                    (DRAWN, entry.pk in before),
                    (SPECIALTY, not _knows(entry, constraints)),
                    (REGION, not _lives(entry, constraints)),
                )
                if holds
            ],
        }
        for entry in entries
    ]


def hindered(
    application: Application, draw: Draw, seated: Collection[int] = ()
) -> dict[int, list[str]]:
    """Substitutes of a draw who cannot come at this moment, with the grounds; six queries."""
    now = {entry["id"]: entry for entry in snapshot(application, draw.constraints)}
    people = {entry["id"]: entry["user"] for entry in draw.pool}
    found: dict[int, list[str]] = {}
    for number in draw.substitutes:
        entry = now.get(number)
        known = entry["excluded"] if entry is not None else [INACTIVE]
        grounds = [ground for ground in known if ground in _LIVE]
        if people[number] in seated:
            grounds.append(SEATED)
        if grounds:
            found[number] = grounds
    return found


def unfit(process: Process, people: Collection[int]) -> frozenset[int]:
    """Who may not be given an expert's seat by a person (`workflows.fitness`): his entries in the
    city's pool have ended, he works at the applicant, or he has given a seat of this case up. The
    post is asked by the engine; an expert whom no entry knows has it alone. Two queries."""
    known: set[int] = set()
    fit: set[int] = set()
    for entry in ExpertProfile.objects.filter(user__in=people, pool__city=process.city):
        known.add(entry.user_id)
        tied = process.party is not None and _works_there(entry, process.party)
        if entry.is_active_on(clock.today()) and not tied:
            fit.add(entry.user_id)
    return frozenset(known - fit) | given_up(process).intersection(people)


def given_up(process: Process) -> frozenset[int]:
    """Whom the draws of the case have replaced; the step may still name them, and they do not come
    (`workflows.vacancies`). One query."""
    rows = Replacement.objects.filter(draw__application__process=process.pk)
    return frozenset(
        entry["user"]
        for row in rows.select_related("draw")
        for entry in row.draw.pool
        if entry["id"] == row.left
    )


def _works_there(entry: ExpertProfile, party: Organ) -> bool:
    return entry.employer_organ_id == party.pk or entry.employer == party.name


def _knows(entry: ExpertProfile, constraints: Mapping[str, Any]) -> bool:
    wanted = set(constraints.get("specialties", ()))
    return not wanted or bool(wanted & set(entry.specialties))


def _lives(entry: ExpertProfile, constraints: Mapping[str, Any]) -> bool:
    rule = constraints.get("region", "any")
    here = entry.region is not None and entry.region.key == constraints.get("county")
    return rule == "any" or (here if rule == "inside" else not here)


def _drawn_before(application: Application) -> frozenset[int]:
    """Ids an earlier draw of the case has used: drawn, or called as a substitute."""
    made = Draw.objects.filter(application=application, drawn_at__isnull=False)
    found: set[int] = set()
    for draw in made.prefetch_related("replacements"):
        found.update(draw.drawn)
        found.update(row.came for row in draw.replacements.all() if row.came)
    return frozenset(found)
