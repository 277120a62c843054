"""The codes of everything that can be wrong with a flow, and the collector the stages report to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workflows.bpmn.model import Issue

ERROR, WARNING = "error", "warning"

CODES: Mapping[str, tuple[str, str]] = {
    # file
    "B001": (ERROR, "file cannot be read or is too large"),
    "B002": (ERROR, "DOCTYPE or ENTITY declaration"),
    "B003": (ERROR, "not well-formed XML"),
    "B004": (ERROR, "too many elements or nested too deeply"),
    "B005": (ERROR, "not a BPMN 2.0 file"),
    "B006": (ERROR, "not exactly one executable process"),
    "B007": (ERROR, "missing or malformed id"),
    "B008": (ERROR, "duplicate id"),
    "B009": (ERROR, "required attribute or child missing"),
    # supported set
    "B010": (ERROR, "element that is never supported"),
    "B011": (ERROR, "element or combination that is not supported yet"),
    "B012": (ERROR, "unknown element, or an element in the wrong place"),
    "B013": (ERROR, "unknown BPMN attribute, or a value that would change execution"),
    "B014": (ERROR, "unknown attribute in urn:approvals:bpmn:1"),
    "B015": (ERROR, "attribute of urn:approvals:bpmn:1 on the wrong element"),
    "B016": (ERROR, "invalid value of an attribute"),
    "B017": (ERROR, "another tool's attribute or extension that would execute"),
    "B018": (WARNING, "another tool's attribute or extension is not used"),
    "B019": (WARNING, "element is kept but not run"),
    "B020": (ERROR, "multi-instance attributes contradict each other"),
    "B021": (ERROR, "impossible quorum"),
    # references
    "B030": (ERROR, "reference to an id that does not exist"),
    "B031": (ERROR, "reference to an element of the wrong kind"),
    "B032": (ERROR, "sequence flow crosses the border of a sub-process"),
    "B033": (ERROR, "called process is not in the release"),
    "B034": (ERROR, "two flows of a release have the same key and version, or the same process id"),
    "B035": (WARNING, "called processes call each other in a circle"),
    # expressions
    "B040": (ERROR, "expression is not valid FEEL"),
    "B041": (WARNING, "variable that nothing writes"),
    "B042": (ERROR, "foreign expression"),
    "B043": (WARNING, "outcome is read behind a join"),
    "B044": (ERROR, "outcome that the task does not have"),
    "B045": (ERROR, "invalid time or duration"),
    # graph
    "B050": (ERROR, "start event missing, or several"),
    "B051": (ERROR, "never reached"),
    "B052": (ERROR, "implicit end"),
    "B053": (ERROR, "join and split in one gateway"),
    "B054": (ERROR, "arrow into a start, or out of an end"),
    "B055": (ERROR, "arrow of an exclusive or inclusive split without condition"),
    "B056": (ERROR, "condition where none is looked at"),
    "B057": (WARNING, "condition on a default flow is not looked at"),
    "B058": (WARNING, "outcome that no arrow takes"),
    # bindings
    "B060": (ERROR, "human task without a role"),
    "B061": (ERROR, "unknown role"),
    "B062": (ERROR, "automatic task without a handler"),
    "B063": (ERROR, "unknown handler"),
    "B064": (ERROR, "unknown form"),
    "B065": (ERROR, "unknown document"),
    "B066": (ERROR, "unknown decision"),
    "B067": (WARNING, "form or document cannot be looked up outside a policy pack"),
    "B068": (ERROR, "unknown organ"),
    "B069": (ERROR, "unknown phase"),
    # soundness
    "B070": (ERROR, "deadlock"),
    "B071": (ERROR, "never reached because of what comes before"),
    "B072": (WARNING, "multiplied token"),
    "B073": (WARNING, "state space larger than the bound: soundness is not proved"),
    "B074": (ERROR, "never ends: a loop without a way out"),
    "B075": (WARNING, "never reached because what stands before always ends by its edge"),
    # wishes
    "B080": (WARNING, "end event without a verdict"),
    "B081": (WARNING, "no diagram interchange"),
    "B082": (WARNING, "no lanes"),
}
"""Code → (severity, title). docs/flow-checks.md is generated from this table."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an issue is shown: the nearest element with an id, and its start tag's line."""

    line: int
    element: str | None = None
    name: str = ""


@dataclass(slots=True)
class Findings:
    """Collects the issues of one file; `silent` holds ids whose later issues would be knock-on."""

    file: str
    issues: list[Issue] = field(default_factory=list)
    silent: set[str] = field(default_factory=set)
    _known: set[Issue] = field(default_factory=set)

    def add(self, code: str, place: Place, message: str, hint: str = "") -> None:
        """Records one finding; the severity is the code's."""
        severity = CODES[code][0]
        issue = Issue(
            code, severity, self.file, place.line, place.element, place.name, message, hint
        )
        if issue not in self._known:
            self._known.add(issue)
            self.issues.append(issue)

    @property
    def has_errors(self) -> bool:
        return any(issue.severity == ERROR for issue in self.issues)


def in_order(issues: list[Issue]) -> list[Issue]:
    """By file and line, errors before warnings on one line."""
    return sorted(issues, key=lambda i: (i.file, i.line, i.severity, i.code, i.element or ""))


def table() -> str:
    """The codes as a Markdown table, for docs/flow-checks.md."""
    rows = [f"| {code} | {severity} | {title} |" for code, (severity, title) in CODES.items()]
    return "\n".join(["| code | severity | what is wrong |", "|---|---|---|", *rows])
