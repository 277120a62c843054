"""The desk with its people: who prints, who approves the seal, who applies it."""

from __future__ import annotations

from typing import Any

import pytest

from documents.models import Document
from documents.print_room import printing, sealing, serving
from documents.print_room.models import Purpose
from organizations.models import Membership, Organ, User
from organizations.roles import Role

COMPANY = "示例测试有限公司"


def member(organ: Organ, username: str, name: str, role: Role) -> User:
    user = User.objects.create(username=username, name=name)
    Membership.objects.create(user=user, organ=organ, role=role, valid_from="2020-01-01")
    return user


@pytest.fixture
def leader(bureau) -> User:
    return member(bureau, "leader", "局长", Role.BUREAU_LEADER)


@pytest.fixture
def keeper(bureau) -> User:
    return member(bureau, "keeper", "管章人", Role.SEAL_KEEPER)


@pytest.fixture
def desk(client, printer):
    client.force_login(printer)
    return client


@pytest.fixture
def shelf(issue):
    """Documents that look rendered, without the cost of rendering them."""

    def made(count: int, **changes: Any) -> list[Document]:
        changes.setdefault("addressees", [COMPANY])
        documents = [issue(**changes) for _ in range(count)]
        for document in documents:
            Document.objects.filter(pk=document.pk).update(pdf_sha256=f"{document.pk:064d}")
            document.refresh_from_db()
        return documents

    return made


@pytest.fixture
def printed(shelf, printer):
    """One document printed by its distribution list."""

    def made(**changes: Any) -> Document:
        document = shelf(1, **changes)[0]
        printing.print_document(document.pk, by=printer)
        document.refresh_from_db()
        return document

    return made


@pytest.fixture
def sealed(printed, printer, leader, keeper):
    """Printed, and every copy sealed by three people."""

    def made(**changes: Any) -> Document:
        document = printed(**changes)
        entry = sealing.ask(document.pk, by=printer)
        sealing.approve(entry.pk, by=leader)
        sealing.apply(entry.pk, by=keeper)
        return document

    return made


@pytest.fixture
def handed(sealed, printer):
    """Sealed and posted to the addressee; answers the delivery."""

    def made(**changes: Any) -> Any:
        document = sealed(**changes)
        return serving.hand_over(
            document.pk, purpose=Purpose.ADDRESSEE, recipient=COMPANY, method="post",
            tracking="示例0001", by=printer,
        )  # fmt: skip

    return made
