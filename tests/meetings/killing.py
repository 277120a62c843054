"""Confirmed minutes in real processes on a database file, killed with -9 at a given statement.

`python -m tests.meetings.killing furnish [--unconfirmed]` makes the database of DATABASE_URL with three cases that
wait for the signature and a meeting whose chair has confirmed that they be signed; `work` as in
`tests.worklist.killing` does the items.
"""

from __future__ import annotations

import argparse

import django

django.setup()

from approvals.meetings import services  # noqa: E402 - Django must be set up first
from tests.meetings.conftest import Office  # noqa: E402
from tests.people import key, town  # noqa: E402
from tests.worklist.killing import filled, work  # noqa: E402


def furnish(*, confirmed: bool = True) -> None:
    filled()
    office = Office(town("jiaxing"))
    meeting = office.meeting()
    office.submitted(meeting)
    if confirmed:
        services.confirm_minutes(meeting.pk, actor=office.chair, key=key())


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["furnish", "work"])
    parser.add_argument("--unconfirmed", action="store_true")
    parser.add_argument("--die-at", type=int, default=0)
    parser.add_argument("--later", type=int, default=0)
    given = parser.parse_args()
    if given.what == "furnish":
        furnish(confirmed=not given.unconfirmed)
    else:
        work(given.die_at, given.later)


if __name__ == "__main__":
    main()
