"""A recognition that was signed, who may propose its correction, and who rules on that."""

from __future__ import annotations

import pytest

from approvals.decisions.models import Decision
from organizations.models import User
from tests.decisions.test_deciding import sign
from tests.people import Town


@pytest.fixture
def decision(jiaxing: Town) -> Decision:
    return sign(jiaxing, jiaxing.filed("recognition", "nanhu"))


@pytest.fixture
def reviewer(jiaxing: Town) -> User:
    return jiaxing.user("reviewer")


@pytest.fixture
def leader(jiaxing: Town) -> User:
    return jiaxing.user("bureau_leader")
