"""Two invented bureaus, the people of their offices, and a content document to issue."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from documents import services
from documents.models import Document
from organizations.models import Membership, Organ, User
from organizations.roles import Role

SAMPLES = Path(__file__).parent / "samples"


def sample(name: str) -> dict[str, Any]:
    """One of the sample content documents."""
    loaded: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    return loaded


def _bureau(city: str, name: str, code: str) -> Organ:
    return Organ.objects.create(
        city=city,
        key="bureau",
        name=name,
        short_name=name,
        kind="science_bureau",
        document_code=code,
    )


def _person(username: str, name: str, organ: Organ, role: Role) -> User:
    user = User.objects.create(username=username, name=name)
    Membership.objects.create(user=user, organ=organ, role=role, valid_from="2020-01-01")
    return user


@pytest.fixture
def bureau(db) -> Organ:
    return _bureau("示例市", "示例市科学技术局", "示测")


@pytest.fixture
def bureau_elsewhere(db) -> Organ:
    return _bureau("样例市", "示例样市科学技术局", "样测")


@pytest.fixture
def printer(bureau) -> User:
    return _person("printer", "文印员", bureau, Role.PRINTING_OFFICE)


@pytest.fixture
def printer_elsewhere(bureau_elsewhere) -> User:
    return _person("printer-elsewhere", "外市文印员", bureau_elsewhere, Role.PRINTING_OFFICE)


@pytest.fixture
def reviewer(bureau) -> User:
    return _person("reviewer-of-documents", "审核员", bureau, Role.REVIEWER)


@pytest.fixture
def issue(bureau, printer):
    """Issues the sample form; keyword arguments replace its keys."""

    def issued(organ: Organ = bureau, **changes: Any) -> Document:
        content = {**sample("form"), "annexes": [], **changes}
        return services.issue(
            kind="D01",
            organs=[organ],
            content=content,
            holder_masked="示例**有限公司",
            by=printer,
            case_stream="case:1",
        )

    return issued


@pytest.fixture
def rendered(issue):
    """Issues and renders."""

    def made(**changes: Any) -> Document:
        document = issue(**changes)
        services.render(document.pk)
        document.refresh_from_db()
        return document

    return made
