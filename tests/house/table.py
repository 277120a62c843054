"""The words of the permission table: who, about what, and what the others are told."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


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
    OFFICES = "who may read the case, but for its applicant's people"
    CONSULTED = "who may give the opinion of the organ a letter went to"
    SEAT = "holders of the task's post at its organ, or of an addressed seat in person; who acted reads on"
    PRINTERS = "`print_document` in the document's city"
    SEALERS = "`sign_decision` to approve or decline, `keep_seal` to apply"
    REGISTER = "`read_register` or `print_document` in the city"
    ADMINISTRATORS = "`read_administration`: flow, system, security and audit administrators"
    FLOW_ADMINS = "`manage_flow`: flow administrators"
    HANDLERS = "`propose_decision` at the organ that decides the case"
    APPROVERS = "`sign_decision` at the organ that decides the case"
    MAKER = "who made it"
    RULERS = (
        "leaders of the bureau that decides the case and of its county, without a tie of their own"
    )
    HANDERS = "`manage_people` or `manage_security` in the city, a leader at his organ"
    MENDERS = "`manage_flow` or `manage_security`: a second pair of eyes, never who proposed"
    TOLD = "whom the line was written to"
    SUPERVISORS = "`supervise_case` in the city: discipline and the bureau's leader"
    URGERS = "supervisors of the city and the office that handles the case, as far as they read it"
    ADDRESSED = "who holds a post at the organ an order is addressed to"
    ISSUER = "who issued the order; of an automatic one every supervisor of the city"
    CONCERNED = "supervisors of the city and the addressee of an order, if they read its case"
    PREPARERS = "`prepare_meeting` at the organ: intake and reviewers of the bureau"
    SEATED = "who sits in the meeting, keeps its minutes, or prepares meetings at its organ"
    RECORDER = "who keeps the minutes of the meeting"
    CHAIR = "who chairs the meeting"
    POOL = "`read_register` or `manage_people` in the city"
    KEEPERS = "`manage_people`: system administrators of the city"
    DRAW_READERS = (
        "readers of the case who accept, propose or supervise; who accepts or proposes may replace"
    )
    ARCHIVISTS = "`keep_archive` in the city: its archive"
    SERVERS = "who hands papers over: `print_document`, `accept_application`, `propose_decision`"
    TEMPLATES = "`edit_template` or `approve_template` in the city"
    TEMPLATE_WRITERS = "`edit_template` in the city"
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
    about: About | str = About.AREA
    """A string: the slice that has the route says in its rows module what it names (`doors`)."""
    others: Told = Told.FORBIDDEN
    colleagues: Who | None = None
    posts: Who | None = None

    def may(self, method: str) -> Who:
        """Who may use this method."""
        return self.posts if method == "POST" and self.posts is not None else self.who

    @property
    def named(self) -> str:
        """The word of the printed table for what the address names."""
        return self.about if isinstance(self.about, str) else self.about.value

    def takes(self, method: str) -> bool:
        return method in self.methods.split()


def own(methods: str, about: About | str, sentence: str) -> Route:
    """A page of the applicant about his own thing: nobody else learns that it exists."""
    return Route(methods, Who.OWNER, sentence, about, Told.NOT_FOUND)


def seat(methods: str, sentence: str, about: About | str = About.TASK) -> Route:
    return Route(methods, Who.SEAT, sentence, about, Told.NOT_FOUND)


def paper(methods: str, about: About | str, sentence: str) -> Route:
    """Readers of the register know the paper by its number; only the print room may touch it."""
    return Route(methods, Who.PRINTERS, sentence, about, Told.NOT_FOUND, Who.REGISTER)


def public(methods: str, sentence: str, about: About = About.AREA) -> Route:
    return Route(methods, Who.ANYBODY, sentence, about)
