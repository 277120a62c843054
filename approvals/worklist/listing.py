"""One request for the queue: the view, the search, and what both find. List, counts, export, bulk
selection and the way to the next task all come through here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict

from approvals.worklist import tabs
from approvals.worklist.done import DonePage, done_page
from approvals.worklist.language import SearchRefused
from approvals.worklist.models import SavedFilter
from approvals.worklist.search import Search
from approvals.worklist.tabs import Tab
from approvals.worklist.vocabulary import Vocabulary
from organizations.models import User
from organizations.positions import Position, positions
from workflows import queue
from workflows.models import Task
from workflows.queue import Count, Filter, Mark, Page

PAGE_SIZE = 25
_LONGEST_VIEW = 80
_KEPT = "worklist"
"""Session key: the list the person looked at last, to be led on in it after a decision."""
_PIECE = 200
_MOST_PIECES = 100


@dataclass
class Listing:
    """What a person asked for. A search that cannot be understood finds nothing and says why."""

    user: User
    view: str
    text: str
    held: Sequence[Position] = field(init=False)
    tabs: list[Tab] = field(init=False)
    tab: Tab = field(init=False)
    search: Search | None = field(init=False, default=None)
    faults: list[str] = field(init=False, default_factory=list)
    names: Vocabulary = field(init=False, default_factory=Vocabulary)

    def __post_init__(self) -> None:
        """Four queries: posts, what is hidden, organs, agencies; more for the words of a search."""
        self.held = positions(self.user)
        self.tabs = tabs.tabs_of(self.held, self.user)
        self.tab = tabs.chosen(self.tabs, self.view)
        try:
            self.search = Search(self.text, self.user, self.names, self.held)
        except SearchRefused as refused:
            self.faults = refused.sentences

    @property
    def query(self) -> str:
        """View and search for an address; empty for the first view without a search."""
        view = {"view": self.tab.key} if self.tab is not self.tabs[0] else {}
        return urlencode({**view, **({"q": self.text} if self.text else {})})

    @property
    def is_done(self) -> bool:
        return self.tab.scope is None

    def page(self, *, after: Mark | None = None, size: int = PAGE_SIZE) -> Page:
        """One page of what waits; one statement more when the search names cases."""
        if self.search is None or self.tab.scope is None:
            return Page([], None)
        return queue.page_of(self.tab.scope, self.search.narrow(), after=after, size=size)

    def done(self, *, after: int | None = None, size: int = PAGE_SIZE) -> DonePage:
        """One page of what this person has decided."""
        whole = self.tabs[0].scope
        if self.search is None or whole is None:
            return DonePage([], None)
        return done_page(whole, self.search.found, after=after, size=size)

    def tasks(self, most: int) -> Iterator[Task]:
        """Everything the search finds in its order, at most so many, for export and bulk acts."""
        mark: Mark | None = None
        for _piece in range(_MOST_PIECES):
            page = self.page(after=mark, size=min(_PIECE, most))
            yield from page.tasks[:most]
            most -= len(page.tasks)
            mark = page.after
            if mark is None or most <= 0:
                return

    def next_after(self, due: Mark) -> Task | None:
        """The first task behind the mark, else the first of the list; None: the list is empty."""
        for mark in (due, None):
            found = self.page(after=mark, size=1).tasks
            if found:
                return found[0]
        return None

    def counts(self, saved: Sequence[SavedFilter]) -> dict[str, Count]:
        """How many each view, the search (`search`) and each saved filter (its number) holds; one
        statement, bounded. What cannot be counted is left out."""
        asked = {tab.key: (tab.scope, Filter()) for tab in self.tabs if tab.scope is not None}
        if self.search is not None and self.tab.scope is not None and self.text:
            asked["search"] = (self.tab.scope, self.search.found)
        for one in saved:
            scope = tabs.chosen(self.tabs, one.view).scope
            found = _understood(one.search, self)
            if scope is not None and found is not None:
                asked[str(one.pk)] = (scope, found.found)
        return queue.counts(asked)


def _understood(text: str, asked: Listing) -> Search | None:
    try:
        return Search(text, asked.user, asked.names, asked.held)
    except SearchRefused:
        return None


def from_query(user: User, given: QueryDict) -> Listing:
    """The listing an address or a form names."""
    return Listing(user, given.get("view", "")[:_LONGEST_VIEW], given.get("q", "").strip())


def keep(request: HttpRequest, listing: Listing) -> None:
    """Remembers the list for the way on after a decision; written only when it changed."""
    if request.session.get(_KEPT, "") != listing.query:
        request.session[_KEPT] = listing.query


def kept(request: HttpRequest, user: User) -> Listing:
    """The list the person looked at last; the first view when he came from elsewhere."""
    return from_query(user, QueryDict(str(request.session.get(_KEPT, ""))))


def label(count: Count | None) -> str:
    """`37`, `37+` when there may be more than was looked through; empty when not counted."""
    if count is None:
        return ""
    return f"{count.number}+" if count.more else str(count.number)
