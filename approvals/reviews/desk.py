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

_cards: list[CardProvider] = []
_acts: list[ActProvider] = []
_objections: list[Objection] = []


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
