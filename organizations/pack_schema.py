"""What a city's organs.yaml may say, field by field, and what is wrong with it.

Pure: no database. docs/organs.md shows the shape to those who write the files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from organizations.kinds import Kind
from organizations.yaml_lines import Place

ERROR, WARNING = "error", "warning"
FILE_NAME: Final = "organs.yaml"

TOP_FIELDS: Final = frozenset({"city", "name", "vocabulary", "organs", "provenance"})
ORGAN_FIELDS: Final = frozenset(
    {
        "key",
        "name",
        "short_name",
        "kind",
        "parent",
        "document_code",
        "minutes_code",
        "division_code",
        "valid_from",
        "valid_to",
        "successor",
        "provenance",
    }
)
REQUIRED: Final = ("key", "name", "short_name", "kind", "provenance")
LENGTHS: Final = {
    "key": 60,
    "name": 120,
    "short_name": 60,
    "document_code": 20,
    "minutes_code": 20,
    "division_code": 12,
    "provenance": 300,
}
CODES: Final = ("document_code", "minutes_code")
_CODE: Final = re.compile(r"[\u4e00-\u9fff]+")
"""机关代字: what the numbers of papers begin with (GB/T 9704-2012, 7.2.5)."""
KINDS: Final = frozenset(Kind.values) - {Kind.APPLICANT, Kind.CITY}
ONLY_ONE: Final = (Kind.SCIENCE_BUREAU, Kind.FINANCE_BUREAU, Kind.EXPERT_POOL, Kind.OFFICE)
NEEDED: Final = (Kind.SCIENCE_BUREAU, Kind.FINANCE_BUREAU, Kind.EXPERT_POOL, Kind.COUNTY)
CITY_KEY: Final = "city"


@dataclass(frozen=True)
class Issue:
    """One thing wrong (contract: `check_policy`): where, what, and the way out."""

    severity: str
    file: str
    line: int
    key: str
    message: str
    hint: str = ""


class Examination:
    """Collects every issue of one file at once, with its line."""

    def __init__(self, file: str, lines: Mapping[Place, int]) -> None:
        self.file = file
        self.lines = lines
        self.issues: list[Issue] = []

    def error(self, place: Place, message: str, hint: str = "") -> None:
        """Something that keeps the pack from being loaded."""
        self._add(ERROR, place, message, hint)

    def warning(self, place: Place, message: str, hint: str = "") -> None:
        """Something to look at; the pack can be loaded."""
        self._add(WARNING, place, message, hint)

    def _add(self, severity: str, place: Place, message: str, hint: str) -> None:
        near = place
        while near and near not in self.lines:
            near = near[:-1]
        dotted = ".".join(str(part) for part in place)
        line = self.lines.get(near, 1)
        self.issues.append(Issue(severity, self.file, line, dotted, message, hint))


def examine(data: Any, lines: Mapping[Place, int], file: str = FILE_NAME) -> list[Issue]:
    """Every issue of the file's content, in the order of its lines."""
    examination = Examination(file, lines)
    if not isinstance(data, dict):
        examination.error((), "the file must be a mapping", "see docs/organs.md")
        return examination.issues
    _examine_top(data, examination)
    organs = data.get("organs")
    if isinstance(organs, list) and organs:
        _examine_organs(organs, examination)
    else:
        examination.error(("organs",), "organs must be a list with at least one organ")
    return sorted(examination.issues, key=lambda issue: issue.line)


def _examine_top(data: dict[Any, Any], examination: Examination) -> None:
    for unknown in sorted(map(str, data.keys() - TOP_FIELDS)):
        known = ", ".join(sorted(TOP_FIELDS))
        examination.error((unknown,), f"unknown key {unknown!r}", f"known keys: {known}")
    for field in ("city", "name"):
        if not (isinstance(data.get(field), str) and data[field].strip()):
            examination.error((field,), f"{field} must be a text")
    vocabulary = data.get("vocabulary", {})
    if not isinstance(vocabulary, dict):
        examination.error(("vocabulary",), "vocabulary must be a mapping of word to word")
        return
    for word, local in vocabulary.items():
        if not isinstance(local, str):
            examination.error(("vocabulary", word), "a word's local form must be a text")


def _examine_organs(organs: list[Any], examination: Examination) -> None:
    known: dict[str, dict[str, Any]] = {}
    for position, organ in enumerate(organs):
        place: Place = ("organs", position)
        if not isinstance(organ, dict):
            examination.error(place, "an organ must be a mapping")
            continue
        _examine_fields(organ, place, examination)
        key = organ.get("key")
        if isinstance(key, str):
            if key in known or key == CITY_KEY:
                examination.error((*place, "key"), f"key {key!r} is used twice or reserved")
            known.setdefault(key, organ)
    for position, organ in enumerate(organs):
        if isinstance(organ, dict):
            _examine_links(organ, ("organs", position), known, examination)
    _examine_kinds(list(known.values()), examination)


def _examine_fields(organ: dict[Any, Any], place: Place, examination: Examination) -> None:
    for unknown in sorted(map(str, organ.keys() - ORGAN_FIELDS)):
        allowed = ", ".join(sorted(ORGAN_FIELDS))
        examination.error((*place, unknown), f"unknown field {unknown!r}", f"fields: {allowed}")
    for field in REQUIRED:
        if organ.get(field) in (None, ""):
            examination.error((*place, field), f"{field} is missing")
    for field, message in _wrong_values(organ):
        examination.error((*place, field), message)
    begin, end = organ.get("valid_from"), organ.get("valid_to")
    if isinstance(begin, date) and isinstance(end, date) and end < begin:
        examination.error((*place, "valid_to"), "valid_to lies before valid_from")


def _wrong_values(organ: dict[Any, Any]) -> Iterator[tuple[str, str]]:
    for field, longest in LENGTHS.items():
        value = organ.get(field)
        if value is not None and not isinstance(value, str):
            yield field, f'{field} must be a text; put it in quotes: "{value}"'
        elif isinstance(value, str) and len(value) > longest:
            yield field, f"{field} is longer than {longest} characters"
        elif field in CODES and value and not _CODE.fullmatch(value):
            yield field, f"{field} {value!r} must be Chinese characters only, as in 嘉科高"
    for field in ("valid_from", "valid_to"):
        value = organ.get(field)
        if value is not None and type(value) is not date:
            yield field, f"{field} must be a day like 2017-01-01, without quotes"
    kind = organ.get("kind")
    if kind is not None and kind not in KINDS:
        yield "kind", f"unknown kind {kind!r}; kinds: {', '.join(sorted(KINDS))}"


def _examine_links(
    organ: dict[Any, Any],
    place: Place,
    known: Mapping[str, dict[str, Any]],
    examination: Examination,
) -> None:
    for field in ("parent", "successor"):
        target = organ.get(field)
        if target is None or (field == "parent" and target == CITY_KEY):
            continue
        if not isinstance(target, str) or target not in known:
            examination.error((*place, field), f"{field} {target!r} is no organ of this file")
        elif _in_a_circle(organ, field, known):
            examination.error((*place, field), f"{field} leads back to the organ itself")
    if organ.get("successor") and not organ.get("valid_to"):
        hint = "give the last day of the organ as valid_to"
        examination.error((*place, "successor"), "an organ with a successor must end", hint)


def _in_a_circle(organ: dict[Any, Any], field: str, known: Mapping[str, dict[str, Any]]) -> bool:
    seen: set[Any] = set()
    current: dict[str, Any] | None = organ
    while current is not None:
        if current.get("key") in seen:
            return True
        seen.add(current.get("key"))
        target = current.get(field)
        current = known.get(target) if isinstance(target, str) else None
    return False


def _examine_kinds(organs: list[dict[str, Any]], examination: Examination) -> None:
    standing = [organ.get("kind") for organ in organs if not organ.get("valid_to")]
    for kind in NEEDED:
        if kind not in standing:
            examination.warning(("organs",), f"no standing organ of kind {kind.value}")
    for kind in ONLY_ONE:
        if standing.count(kind) > 1:
            hint = "end one of them with valid_to and successor"
            examination.error(("organs",), f"more than one standing {kind.value}", hint)
