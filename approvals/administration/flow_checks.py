"""What is wrong with a loaded version now: the checks of the diagram, and seats nobody holds.

A version passed the checks when it was loaded; posts, organs and the checks themselves change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

import clock
from approvals.administration.wording import check_words
from approvals.applications.rights import FILING_ROLES
from approvals.programs.models import Program
from approvals.programs.packs import DOCUMENTS, START_VARIABLES
from organizations.holders import organs_valid_on, resolve_organ
from organizations.kinds import Kind
from organizations.models import Membership, Organ
from organizations.roles import acting_roles
from workflows import handlers
from workflows.bpmn import Bindings, check
from workflows.bpmn.model import Node, ProcessModel
from workflows.compiler import role_of
from workflows.directory import known_roles
from workflows.flows import compiled
from workflows.models import FlowVersion

ERROR, WARNING = "error", "warning"
_PACK_ONLY = frozenset({"B067"})
"""Forms live in the pack's files and were looked up there when the pack was loaded."""
_HUMAN = frozenset({"userTask", "manualTask"})
_LOCAL = frozenset({Kind.COUNTY.value, Kind.ZONE.value})
_LOCAL_ROLES = frozenset(
    {"county", "county_officer", "county_leader", "zone", "zone_officer", "division_officer"}
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the page: which element, what is wrong, in words, and what the check said."""

    severity: str
    code: str
    element: str
    title: str
    words: str
    detail: str


def findings_of(version: FlowVersion) -> list[Finding]:
    """Everything about one version: the diagram's issues, then the seats nobody holds."""
    return [*_diagram(version), *unheld_steps(version)]


def _diagram(version: FlowVersion) -> Iterator[Finding]:
    """The checks over the stored source, with the city's other newest flows as its release."""
    bindings = Bindings(
        roles=known_roles(),
        handlers=handlers.registered(),
        documents=DOCUMENTS,
        known_variables=START_VARIABLES,
    )
    own = f"{version.class_name}.bpmn"
    sources = [(own, version.source.encode())]
    sources += [(f"{row.class_name}.bpmn", row.source.encode()) for row in _others(version)]
    for issue in check(sources, bindings).issues:
        if issue.file == own and issue.code not in _PACK_ONLY:
            yield Finding(
                severity=issue.severity,
                code=issue.code,
                element=issue.element or "",
                title=issue.name or issue.element or "",
                words=check_words(issue.code),
                detail=" ".join(part for part in (issue.message, issue.hint) if part),
            )


def _others(version: FlowVersion) -> list[FlowVersion]:
    newest: dict[str, FlowVersion] = {}
    rows = FlowVersion.objects.filter(city=version.city).exclude(key=version.key)
    for row in rows.order_by("version"):
        newest[row.key] = row
    return list(newest.values())


def unheld_steps(version: FlowVersion) -> list[Finding]:
    """Steps that would wait for nobody, each with the places concerned; four queries and one for
    each kind of city organ."""
    model: ProcessModel = compiled(version.class_name).model
    place = _Place(version)
    found = []
    for node in model.nodes.values():
        if node.kind not in _HUMAN or not (vacant := place.vacancies(node, model)):
            continue
        found.append(
            Finding(
                severity=WARNING,
                code="no_holder",
                element=node.id,
                title=node.name or node.id,
                words=_("无人办理：%(places)s") % {"places": _("、").join(vacant)},
                detail="",
            )
        )
    return found


class _Place:
    """A version's city on this day: its organs and who holds what where."""

    def __init__(self, version: FlowVersion) -> None:
        self.city = version.city
        day = clock.today()
        self.organs = list(organs_valid_on(version.city, day).exclude(kind=Kind.APPLICANT))
        posts = Membership.objects.valid_on(day).filter(
            Q(organ__in=self.organs), user__is_active=True
        )
        self.held = {
            (acted, organ_id)
            for role, organ_id in posts.values_list("role", "organ_id").distinct()
            for acted in acting_roles(role)
        }
        self.departments = _departments(version)

    def vacancies(self, node: Node, model: ProcessModel) -> list[str]:
        """Names of the places where nobody would see this step; a person named by the diagram
        (`assign`, `holder`) is known only when the case is there."""
        role, scope = role_of(node, model)
        if role in FILING_ROLES or node.attributes.get("assign"):
            return []
        if node.holder is not None:
            return self._consulted(node, role)
        if role in _LOCAL_ROLES or (scope == "county" and not node.attributes.get("organ")):
            return self._empty(role, [o for o in self.organs if o.kind in _LOCAL])
        if role.startswith("department") and not node.attributes.get("organ"):
            return []
        organ = self._resolved(role, scope or "city", node.attributes.get("organ"))
        return [_("没有办理单位")] if organ is None else self._empty(role, [organ])

    def _consulted(self, node: Node, role: str) -> list[str]:
        """Of a panel over `departments` the organs that the city's programs name are known, of one
        over experts the city's pool."""
        collection = node.loop.collection if node.loop is not None else None
        if collection == "departments":
            found = {key: self._resolved(role, "city", key) for key in self.departments}
            missing = [key for key, organ in found.items() if organ is None]
            return [*missing, *self._empty(role, [o for o in found.values() if o is not None])]
        if role == "expert":
            pool = self._resolved(role, "city", None)
            return [_("没有专家库")] if pool is None else self._empty(role, [pool])
        return []

    def _empty(self, role: str, organs: Iterable[Organ]) -> list[str]:
        return [o.short_name or o.name for o in organs if (role, o.pk) not in self.held]

    def _resolved(self, role: str, scope: str, key: str | None) -> Organ | None:
        """The city organ of a step; the party does not matter to one."""
        anybody = next(iter(self.organs), None)
        if anybody is None:
            return None
        return resolve_organ(
            city=self.city, role=role, scope=scope, county=None, party=anybody, key=key
        )


def _departments(version: FlowVersion) -> list[str]:
    """Organ keys that the programs of this flow send to departments, in their order."""
    keys: dict[str, None] = {}
    for content in Program.objects.filter(city=version.city, flow_key=version.key).values_list(
        "content", flat=True
    ):
        route: Mapping[str, Any] = content.get("route") or {}
        keys |= dict.fromkeys(route.get("departments") or ())
    return list(keys)
