"""Registry of what upper slices show on the applicant's status page (decision, voucher, award).

An upper slice registers a callable in its `AppConfig.ready`; it is asked with the case and the
reader and answers panels. A panel's template gets its `context` as `facts`, beside the page's own
variables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from approvals.applications.models import Application
from organizations.models import User


@dataclass(frozen=True, slots=True)
class Panel:
    """One card of the status page; `order` small comes first."""

    title: str
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    order: int = 100
    asks: bool = False
    """Something is wanted of the applicant: the page does not say that he need do nothing."""


Provider = Callable[[Application, User], Sequence[Panel]]

_providers: dict[str, Provider] = {}


def register(name: str, provider: Provider) -> None:
    """Publishes a provider under a name; one name has one provider."""
    known = _providers.get(name)
    if known is not None and known is not provider:
        message = f"the panel provider {name!r} is registered twice"
        raise ValueError(message)
    _providers[name] = provider


def panels_for(application: Application, user: User) -> list[Panel]:
    """Every panel for this reader, in order."""
    found = [panel for provider in _providers.values() for panel in provider(application, user)]
    return sorted(found, key=lambda panel: panel.order)


Reasons = Callable[[Application], Mapping[int, str]]
"""Reasons given with an outcome, by task id, in words meant for the applicant."""

_reasons: list[Reasons] = []


def register_reasons(provider: Reasons) -> None:
    """Publishes where reasons come from (the opinions of the reviews slice)."""
    if provider not in _reasons:
        _reasons.append(provider)


def reasons_for(application: Application) -> dict[int, str]:
    """The reasons of every finished step, by task id."""
    return {task: text for provider in _reasons for task, text in provider(application).items()}
