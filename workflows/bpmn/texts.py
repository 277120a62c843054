"""Texts inside a diagram that mean something: FEEL, durations, quorums, numbers, lists of words."""

from __future__ import annotations

import re
from datetime import datetime
from fractions import Fraction

from workflows.bpmn.issues import Findings, Place
from workflows.bpmn.model import Need
from workflows.feel import Expression, FeelError, parse

ID = re.compile(r"[A-Za-z_][\w.-]*")
VARIABLE = re.compile(r"[^\W\d]\w*")
DURATION = re.compile(
    r"P(?=\d|T\d)(\d{1,4}Y)?(\d{1,5}M)?(\d{1,5}W)?(\d{1,6}D)?"
    r"(T(?=\d)(\d{1,7}H)?(\d{1,8}M)?(\d{1,9}(\.\d+)?S)?)?",
    re.ASCII,
)
WHOLE_DAYS = re.compile(r"P\d{1,6}D", re.ASCII)
CYCLE = re.compile(
    r"R(?P<times>[0-9]{0,9})/(?:(?P<start>[^P/][^/]*)/)?(?P<every>P[^/]*)(?:/(?P<end>[^P/][^/]*))?",
    re.ASCII,
)
NEED = re.compile(r"(?P<more>>)?(?P<over>\d{1,6})/(?P<under>\d{1,6})|(?P<count>\d{1,6})", re.ASCII)
FOREIGN = re.compile(r"[$#]\{")


def expression(text: str, what: str, place: Place, findings: Findings) -> Expression | None:
    """FEEL text that begins with "="; None (and an issue) when it is not."""
    text = text.strip()
    if FOREIGN.search(text) and not text.startswith("="):
        message = f"{what} is a foreign expression: {text}"
        findings.add("B042", place, message, "write FEEL that begins with =, e.g. =score >= 60")
        return None
    if not text.startswith("="):
        message = f"{what} does not begin with =: {text}" if text else f"{what} is empty"
        hint = f"write ={text}" if text else "write FEEL that begins with =, e.g. =score >= 60"
        findings.add("B040", place, message, hint)
        return None
    try:
        return parse(text[1:])
    except FeelError as error:
        message = f"{what} is not valid FEEL: {text}: {error.message} at column {error.column + 1}"
        findings.add("B040", place, message, "docs/flow-checks.md lists what FEEL may contain")
        return None


def duration(
    text: str, calendar: str | None, what: str, place: Place, findings: Findings
) -> str | None:
    """An ISO 8601 duration (whole days when a calendar counts them), as written."""
    text = text.strip()
    if not DURATION.fullmatch(text):
        message = f'{what} "{text}" is not an ISO 8601 duration'
        findings.add("B045", place, message, "write e.g. P5D for five days or PT12H for 12 hours")
        return None
    if calendar and not WHOLE_DAYS.fullmatch(text):
        message = f'{what} "{text}" cannot be counted in {calendar}'
        findings.add("B045", place, message, "a calendar counts whole days: write e.g. P5D")
        return None
    return text


def need(text: str, place: Place, findings: Findings) -> Need | None:
    """`3/5`, `>1/2` or `3`; an unattainable or meaningless share is an issue."""
    match = NEED.fullmatch(text.strip())
    if match is None or (match["under"] is not None and int(match["under"]) == 0):
        message = f'approval:need="{text}" is not a share or a count'
        findings.add("B016", place, message, "write e.g. 2/3, >1/2 or 3")
        return None
    if match["count"] is not None:
        return _count(int(match["count"]), place, findings)
    share, more = Fraction(int(match["over"]), int(match["under"])), bool(match["more"])
    if share > 1 or (more and share == 1):
        message = f'impossible quorum: approval:need="{text}" is more than all votes'
        findings.add("B021", place, message, "a share is at most 1/1, or less than 1 after >")
        return None
    if share == 0 and not more:
        message = f'approval:need="{text}" passes without any approval'
        findings.add("B021", place, message, "need more than nothing")
        return None
    return Need(fraction=share, more_than=more)


def _count(count: int, place: Place, findings: Findings) -> Need | None:
    if count >= 1:
        return Need(count=count)
    message = f'approval:need="{count}" passes without any approval'
    findings.add("B021", place, message, "need at least 1")
    return None


def whole(text: str, least: int, what: str, place: Place, findings: Findings) -> int | None:
    """A whole number of at least `least`."""
    if re.fullmatch(r"[0-9]{1,9}", text.strip()) and int(text) >= least:
        return int(text)
    message = f'{what}="{text}" is not a whole number of at least {least}'
    findings.add("B016", place, message, f"write a number from {least} on")
    return None


def variable(text: str | None, what: str, place: Place, findings: Findings) -> str | None:
    """A case variable's name, also accepted with the "=" of FEEL in front."""
    if text is None:
        return None
    name = text.strip().removeprefix("=").strip()
    if VARIABLE.fullmatch(name):
        return name
    message = f'{what}="{text}" is not the name of a case variable'
    findings.add("B016", place, message, "write one name of letters, digits and _")
    return None


def is_true(text: str | None, otherwise: bool = False) -> bool:
    """An XML boolean; absent = `otherwise`."""
    return otherwise if text is None else text.strip() in {"true", "1"}


def moment(text: str, what: str, place: Place, findings: Findings) -> bool:
    """An ISO 8601 date or date-time; without an offset it is Beijing time."""
    try:
        datetime.fromisoformat(text.strip())
    except ValueError:
        message = f'{what} "{text}" is not an ISO 8601 date or time'
        findings.add("B045", place, message, "write e.g. 2026-03-31T17:30:00+08:00")
        return False
    return True


def cycle(text: str, calendar: str | None, what: str, place: Place, findings: Findings) -> bool:
    """An ISO 8601 repetition; its interval is a duration, and there is a pause in it."""
    match = CYCLE.fullmatch(text.strip())
    hint = "write e.g. R3/PT1H for three times, or R/P1D for ever"
    if match is None or not any(digit in "123456789" for digit in match["every"]):
        message = f'{what} "{text}" is not an ISO 8601 repetition'
        findings.add("B045", place, message, hint)
        return False
    if match["times"] and int(match["times"]) == 0:
        message = f'{what} "{text}" never comes'
        findings.add("B045", place, message, hint)
        return False
    edges = [edge for edge in (match["start"], match["end"]) if edge]
    return duration(match["every"], calendar, what, place, findings) is not None and all(
        moment(edge, what, place, findings) for edge in edges
    )
