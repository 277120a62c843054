"""The permission table: every route of the house, who may use it, and what the others are told.

`docs/permissions.md` is printed from it; `test_routes.py` holds the house to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from django.urls import URLPattern, URLResolver, get_resolver

PAGE = Path(__file__).resolve().parents[2] / "docs" / "permissions.md"


class Who(Enum):
    """Who may use a route; the value is the sentence of the printed table."""

    ANYBODY = "anybody, without log-in"
    PEOPLE = "everybody who is logged in; each sees his own"
    OWNER = "the applicant's own people (applicant, agent)"
    FILERS = "who files for an organ of the city"
    READERS = (
        "who may read the case: the applicant's people; every organ that holds or held a seat in it; an expert of "
        "its panel; the bureaus from the recommendation on; the paper roles from the decision on; discipline, journalled"
    )
    SEAT = "holders of the task's post at its organ, or of an addressed seat in person; who acted reads on"
    PRINTERS = "`print_document` in the document's city"
    REGISTER = "`read_register` or `print_document` in the city"
    ADMINISTRATORS = "`read_administration`: flow, system, security and audit administrators"
    FLOW_ADMINS = "`manage_flow`: flow administrators"
    MENDERS = "`manage_flow` or `manage_security`: a second pair of eyes, never who proposed"
    STAFF = "accounts of Django's back stage (`is_staff`); no post has it"


class About(Enum):
    """What the address names; the value is the word of the printed table."""

    AREA = "–"
    PROGRAM = "program"
    CODE = "verification code"
    CASE = "case, from draft to decision"
    FILED = "filed case"
    DRAFT = "draft"
    SECTION = "section of a draft"
    FILE = "file of a case"
    DRAFT_FILE = "file of a draft"
    CORRECTION = "case under correction"
    DECISION = "decision of a case"
    PROFILE = "applicant organ"
    TASK = "task"
    HELD = "task one has taken"
    SIGNATURE = "task that signs"
    PUBLICITY = "task that waits for its term"
    DOCUMENT = "document"
    BATCH = "print batch"
    PERSON = "account"
    FLOW = "version of a flow"
    JOB = "job"
    BLOCKED = "filed case, perhaps parked by a fault"


class Told(Enum):
    """What those are told who may not."""

    LOGIN = "the way to the log-in"
    FORBIDDEN = "403"
    NOT_FOUND = "404"


@dataclass(frozen=True, slots=True)
class Route:
    """One row. `colleagues` know that the thing exists and get 403 where strangers get `others`;
    `posts` when fewer people may post than read."""

    methods: str
    who: Who
    sentence: str
    about: About = About.AREA
    others: Told = Told.FORBIDDEN
    colleagues: Who | None = None
    posts: Who | None = None

    def may(self, method: str) -> Who:
        """Who may use this method."""
        return self.posts if method == "POST" and self.posts is not None else self.who

    def takes(self, method: str) -> bool:
        return method in self.methods.split()


def own(methods: str, about: About, sentence: str) -> Route:
    """A page of the applicant about his own thing: nobody else learns that it exists."""
    return Route(methods, Who.OWNER, sentence, about, Told.NOT_FOUND)


def seat(methods: str, sentence: str, about: About = About.TASK) -> Route:
    return Route(methods, Who.SEAT, sentence, about, Told.NOT_FOUND)


def paper(methods: str, about: About, sentence: str) -> Route:
    """Readers of the register know the paper by its number; only the print room may touch it."""
    return Route(methods, Who.PRINTERS, sentence, about, Told.NOT_FOUND, Who.REGISTER)


def public(methods: str, sentence: str, about: About = About.AREA) -> Route:
    return Route(methods, Who.ANYBODY, sentence, about)


ROUTES: dict[str, Route] = {
    # doors
    "log_in": public("GET", "Choose a door."),
    "applicant_door": public("GET POST", "The applicants' door."),
    "staff_door": public("GET POST", "The offices' door."),
    "log_out": public("POST", "End one's session."),
    "set_language": public("GET POST", "Choose the language (Django's own view)."),
    "display": public("POST", "Choose the elder mode."),
    "change_password": Route("GET POST", Who.PEOPLE, "Change one's own password."),
    "home": public("GET", "First page: what needs this person; open calls for a stranger."),
    "healthz": public("GET", "Is the process alive? No facts about the house."),
    "readyz": public("GET", "May it take traffic? Reasons without names."),
    # programs
    "programs:catalogue": public("GET", "Programs in force."),
    "programs:guide": public("GET", "What a program asks.", About.PROGRAM),
    "programs:check": public("GET POST", "Try one's figures; nothing is stored.", About.PROGRAM),
    # the applicant
    "applications:register": public("GET POST", "Register an applicant and its account."),
    "applications:list": Route("GET", Who.PEOPLE, "What one's organs filed or draft."),
    "applications:profile": Route("GET", Who.PEOPLE, "The organs one files for."),
    "applications:profile_edit": own("GET POST", About.PROFILE, "Change contacts and account."),
    "applications:new": Route(
        "GET POST",
        Who.PEOPLE,
        "Begin a draft; who files for no organ of the city is told so.",
        About.PROGRAM,
        posts=Who.FILERS,
    ),
    "applications:edit": own("GET POST", About.SECTION, "Fill one page of a draft."),
    "applications:discard": own("POST", About.DRAFT, "Give a draft up."),
    "applications:files": own("GET POST", About.DRAFT, "Upload material."),
    "applications:remove": own("POST", About.DRAFT_FILE, "Take a file off the list."),
    "applications:check": own("GET", About.DRAFT, "Check one's answers before filing."),
    "applications:submit": own("POST", About.DRAFT, "File."),
    "applications:receipt": own("GET", About.FILED, "The receipt."),
    "applications:correct": own("GET POST", About.CORRECTION, "Answer a request for corrections."),
    "applications:withdraw": own("GET POST", About.FILED, "Take the case back."),
    "applications:case": Route("GET", Who.READERS, "The status page.", About.CASE, Told.NOT_FOUND),
    "applications:download": Route(
        "GET", Who.READERS, "One file of the material.", About.FILE, Told.NOT_FOUND
    ),
    "decisions:paper": Route(
        "GET", Who.READERS, "The decision's PDF.", About.DECISION, Told.NOT_FOUND
    ),
    # reviewers
    "reviews:queue": Route("GET", Who.PEOPLE, "What waits for one's posts."),
    "reviews:task": seat(
        "GET POST", "Read the material; decide. Who may not act (403) still reads."
    ),
    "reviews:claim": seat("POST", "Take a task out of the office's queue."),
    "reviews:release": seat("POST", "Put one's own back.", About.HELD),
    "reviews:run_forward": seat("POST", "End a term early; only in a demo.", About.PUBLICITY),
    "decisions:draft": seat("GET", "The draft before a signature.", About.SIGNATURE),
    # the print room
    "documents:print_list": Route("GET", Who.PRINTERS, "What is to print."),
    "documents:register": Route("GET", Who.REGISTER, "The register of numbers."),
    "documents:register_workbook": Route("GET", Who.REGISTER, "The same as a workbook."),
    "documents:make_batch": Route(
        "POST", Who.PRINTERS, "Put documents into one batch; another city's are a 404."
    ),
    "documents:print_batch": paper("GET", About.BATCH, "What a batch holds."),
    "documents:batch_pdf": paper("GET", About.BATCH, "The batch as one file."),
    "documents:print_document": paper(
        "GET POST", About.DOCUMENT, "One document; record a printing."
    ),
    "documents:renumber": paper(
        "POST", About.DOCUMENT, "Void a number with its reason and issue under the next one."
    ),
    "documents:retry": paper("POST", About.DOCUMENT, "Make a failed PDF again."),
    "documents:document_pdf": paper("GET", About.DOCUMENT, "The archived PDF."),
    "documents:verify": public("GET POST", "Ask for a verification code."),
    "documents:verify_code": public(
        "GET POST", "What the register says about a code, the holder masked.", About.CODE
    ),
    # administrators
    "people": Route("GET", Who.ADMINISTRATORS, "Accounts of one's cities."),
    "person": Route(
        "GET",
        Who.ADMINISTRATORS,
        "One account and its posts; another city's is a 404.",
        About.PERSON,
    ),
    "organs": Route("GET", Who.ADMINISTRATORS, "Organs of one's cities."),
    "administration:overview": Route("GET", Who.ADMINISTRATORS, "Packs, flows, calendar, faults."),
    "administration:flow": Route("GET", Who.ADMINISTRATORS, "A flow as drawn.", About.FLOW),
    "administration:jobs": Route("GET", Who.ADMINISTRATORS, "Jobs that were given up."),
    "administration:retry_job": Route(
        "POST", Who.FLOW_ADMINS, "Give a job new attempts.", About.JOB
    ),
    "administration:blocked": Route("GET", Who.ADMINISTRATORS, "Parked cases of one's cities."),
    "administration:case": Route(
        "GET POST",
        Who.ADMINISTRATORS,
        "Where a case of one's cities stands; a flow administrator proposes to retry, skip or move.",
        About.BLOCKED,
        Told.NOT_FOUND,
        Who.ADMINISTRATORS,
        Who.FLOW_ADMINS,
    ),
    "administration:case_facts": Route(
        "GET",
        Who.ADMINISTRATORS,
        "Its course for the diagram: organs, no persons.",
        About.BLOCKED,
        Told.NOT_FOUND,
    ),
    "administration:confirm": Route(
        "POST",
        Who.MENDERS,
        "A second person confirms the proposal.",
        About.BLOCKED,
        Told.NOT_FOUND,
        Who.ADMINISTRATORS,
    ),
    "administration:decline": Route(
        "POST",
        Who.MENDERS,
        "Withdraw or decline the proposal.",
        About.BLOCKED,
        Told.NOT_FOUND,
        Who.ADMINISTRATORS,
    ),
    "administration:flow_source": Route(
        "GET", Who.ADMINISTRATORS, "A flow's file as loaded.", About.FLOW
    ),
    "administration:flow_findings": Route(
        "GET", Who.ADMINISTRATORS, "What the checks find in a flow, for the diagram.", About.FLOW
    ),
    "applications:flow_source": Route(
        "GET", Who.READERS, "The diagram of the case's version.", About.FILED, Told.NOT_FOUND
    ),
    "applications:flow_facts": Route(
        "GET",
        Who.READERS,
        "Who and when by step; persons for the offices only.",
        About.FILED,
        Told.NOT_FOUND,
    ),
    "admin:*": Route(
        "GET POST",
        Who.STAFF,
        "Django's back stage, every page; our models are read-only.",
        others=Told.LOGIN,
    ),
}


def route_names() -> set[str]:
    """Every name of the URLconf; Django's back stage counts as `admin:*`, a route without a name
    outside it by its pattern (so that it cannot be overlooked)."""
    return {"admin:*" if name.startswith("admin:") else name for name in _names(get_resolver(), "")}


def _names(resolver: URLResolver, prefix: str) -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield prefix + (entry.name or f"<{entry.pattern}>")
        else:
            inner = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            yield from _names(entry, inner)


def permissions_page() -> str:
    """docs/permissions.md."""
    head = (
        "# Permissions: every route, and who may use it\n\n"
        "Printed from `tests/house/routes.py` by `python -m tests.house.routes`; `tests/house/test_routes.py`"
        " asks every\nroute with every method as every kind of person, and fails when this page is not current.\n\n"
        "A stranger to a case, task, file, decision, document or batch gets 404, the same bytes as for a number that\n"
        "does not exist; a colleague who knows of it and lacks the right gets 403; a wrong method 405. Who is not\n"
        "logged in is sent to the log-in. Every POST needs its form token (403 without).\n\n"
    )
    rows = [
        f"| `{name}` | {route.methods.replace(' ', ', ')} | {route.about.value} | {_who(route)} |"
        f" {_told(route)} | {route.sentence} |"
        for name, route in ROUTES.items()
    ]
    table = [
        "| route | methods | names a | who | others | what for |",
        "|---|---|---|---|---|---|",
        *rows,
    ]
    legend = ["", "| who | means |", "|---|---|"]
    legend += [f"| {who.name.lower()} | {who.value} |" for who in Who]
    return head + "\n".join([*table, *legend]) + "\n"


def _who(route: Route) -> str:
    name = route.who.name.lower()
    return name if route.posts is None else f"{name}; POST {route.posts.name.lower()}"


def _told(route: Route) -> str:
    if route.posts is not None:
        return f"POST: {route.others.value}"
    if route.who in {Who.ANYBODY, Who.PEOPLE}:
        return "–" if route.who is Who.ANYBODY else Told.LOGIN.value
    if route.colleagues is None:
        return route.others.value
    return f"{route.others.value}; {route.colleagues.name.lower()} 403"


if __name__ == "__main__":
    PAGE.write_text(permissions_page(), "utf-8")
