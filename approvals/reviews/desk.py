"""Registries of what upper slices add to a reviewer's task: cards, further acts, objections.

The slices above (operations, inquiries, experts, supervision …) fill them in `AppConfig.ready`.

- A *card* stands beside the material and the opinion form.
- An *act* is a link beside the form: transfer, add a signer, ask the applicant.
- An *objection* is asked under the case lock, before an opinion is written: why this decision must
  not be taken now (an open deferred item, a recusal that is not ruled, a seat that waits for its
  consultation).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest

from approvals.applications.models import Application
from organizations.models import User
from workflows.models import Task


@dataclass(frozen=True, slots=True)
class Card:
    """One card of the task page; its template reads `context` as `facts`. Small `order` first."""

    title: str
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    order: int = 100
    blind: bool = False
    """Tells nothing of the applicant: shown on the page of a blind seat too."""


@dataclass(frozen=True, slots=True)
class Act:
    """A further act on this task: a page of its own, or a POST at once."""

    label: str
    url: str
    post: bool = False
    order: int = 100


CardProvider = Callable[[Application, Task, User], Sequence[Card]]
ActProvider = Callable[[Application, Task, User], Sequence[Act]]
Objection = Callable[[Application, Task, str], str]
"""Given the locked case, the task and the outcome; a sentence forbids it, "" allows."""

FirstWords = Callable[[Application, Task, User, Mapping[str, str]], str]
"""Given the query of the page's address; a text to begin the opinion with, or ""."""

FirstChoices = Callable[[Application, Task, User, Mapping[str, str]], Mapping[str, Any]]
"""Given the query of the page's address; values the form's own fields begin with, by key."""

Stop = Callable[[Application, Task, User], str]
"""The address of what this reader must do before he sees the material, or ""."""

WayOn = Callable[[HttpRequest, Task], str]
"""Given the request of the decision and the decided task; the address of what comes next."""

_cards: list[CardProvider] = []
_acts: list[ActProvider] = []
_objections: list[Objection] = []
_first_words: list[FirstWords] = []
_first_choices: list[FirstChoices] = []
_stops: list[Stop] = []
_ways_on: list[WayOn] = []


def register_cards(provider: CardProvider) -> None:
    """Publishes a provider of cards; twice changes nothing."""
    if provider not in _cards:
        _cards.append(provider)


def register_acts(provider: ActProvider) -> None:
    """Publishes a provider of acts; twice changes nothing."""
    if provider not in _acts:
        _acts.append(provider)


def register_objection(objection: Objection) -> None:
    """Publishes an objection; twice changes nothing."""
    if objection not in _objections:
        _objections.append(objection)


def register_first_words(provider: FirstWords) -> None:
    """Publishes what may begin an opinion; twice changes nothing."""
    if provider not in _first_words:
        _first_words.append(provider)


def register_first_choices(provider: FirstChoices) -> None:
    """Publishes what the form's own fields may begin with; twice changes nothing."""
    if provider not in _first_choices:
        _first_choices.append(provider)


def register_stop(stop: Stop) -> None:
    """Publishes what must be done before the task page opens; twice changes nothing."""
    if stop not in _stops:
        _stops.append(stop)


def register_way_on(provider: WayOn) -> None:
    """Publishes where a reviewer goes after a decision; twice changes nothing."""
    if provider not in _ways_on:
        _ways_on.append(provider)


def way_on(request: HttpRequest, task: Task) -> str:
    """Where the reviewer goes after his decision; the first page without a provider."""
    return next((provider(request, task) for provider in _ways_on), "/")


def cards_for(application: Application, task: Task, user: User) -> list[Card]:
    """Every card for this reader, in order."""
    found = [card for provider in _cards for card in provider(application, task, user)]
    return sorted(found, key=lambda card: card.order)


def acts_for(application: Application, task: Task, user: User) -> list[Act]:
    """Every further act this reader may try on this task, in order."""
    found = [act for provider in _acts for act in provider(application, task, user)]
    return sorted(found, key=lambda act: act.order)


def objections_to(application: Application, task: Task, outcome: str) -> list[str]:
    """The sentences that forbid this decision now; empty = it may be taken."""
    asked = (objection(application, task, outcome) for objection in _objections)
    return [sentence for sentence in asked if sentence]


def first_words(application: Application, task: Task, user: User, asked: Mapping[str, str]) -> str:
    """The text the opinion begins with; the first provider that has one wins."""
    found = (provider(application, task, user, asked) for provider in _first_words)
    return next((text for text in found if text), "")


def first_choices(
    application: Application, task: Task, user: User, asked: Mapping[str, str]
) -> dict[str, Any]:
    """Values the form's own fields begin with; a later provider wins."""
    found: dict[str, Any] = {}
    for provider in _first_choices:
        found |= provider(application, task, user, asked)
    return found


def stop_before(application: Application, task: Task, user: User) -> str:
    """Where this reader must go first; "" when he may read the task."""
    return next((way for stop in _stops if (way := stop(application, task, user))), "")
