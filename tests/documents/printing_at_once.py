"""Two desks print the same documents at the same moment, in real processes on a database of their own.

`python -m tests.documents.printing_at_once NUMBER [--without-lock]` with DATABASE_URL on a fresh
database; prints {"doubled": n, "refused": n, "crashed": n}: documents that were printed twice.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - Django must be set up first
from django.db import connection  # noqa: E402
from django.db.models import QuerySet  # noqa: E402

from documents.models import Document  # noqa: E402
from documents.print_room import printing  # noqa: E402
from documents.print_room.distribution import Line  # noqa: E402
from documents.print_room.errors import Refused  # noqa: E402
from documents.print_room.models import Copy, Purpose  # noqa: E402
from organizations.models import Membership, Organ, User  # noqa: E402
from organizations.roles import Role  # noqa: E402
from tests.documents.issuing_at_once import furnished, issue_one  # noqa: E402


def run(numbers: list[int], by: User, barrier: Any, told: Any, locked: bool) -> None:
    if not locked:
        QuerySet.select_for_update = lambda self, **options: self  # type: ignore[method-assign]
    refused = crashed = 0
    Document.objects.first()
    for number in numbers:
        barrier.wait(60)
        try:
            printing.print_document(number, by=by, lines=[Line(Purpose.FILE, "本机关")])
        except Refused:
            refused += 1
        except Exception as error:
            print(repr(error)[:300], file=sys.stderr)
            crashed += 1
    told.put((refused, crashed))


def main(count: int, locked: bool) -> None:
    organ: Organ = furnished()
    numbers = [issue_one(organ) for _n in range(count)]
    Document.objects.update(pdf_sha256="0" * 64)
    desks = [User.objects.create(username=f"desk{one}", name=f"文印员{one}") for one in (1, 2)]
    for desk in desks:
        role = Role.PRINTING_OFFICE
        Membership.objects.create(user=desk, organ=organ, role=role, valid_from="2020-01-01")
    connection.close()
    if hasattr(connection, "close_pool"):
        connection.close_pool()  # a pool does not survive a fork
    context = multiprocessing.get_context("fork")
    barrier, told = context.Barrier(2), context.Queue()
    racers = [
        context.Process(target=run, args=(numbers, by, barrier, told, locked)) for by in desks
    ]
    for racer in racers:
        racer.start()
    answers = [told.get(timeout=200) for _racer in racers]
    for racer in racers:
        racer.join()
    printed = [Copy.objects.filter(document=number).count() for number in numbers]
    found = {
        "doubled": sum(one > 1 for one in printed),
        "missing": sum(one == 0 for one in printed),
        "refused": sum(refused for refused, _crashed in answers),
        "crashed": sum(crashed for _refused, crashed in answers),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    call_command("check", verbosity=0)
    main(int(sys.argv[1]), "--without-lock" not in sys.argv)
