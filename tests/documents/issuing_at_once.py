"""Many issuers at once in real processes, killed with -9 and rolled back: are the numbers 1..N?

Run by test_numbers_at_once.py: `python -m tests.documents.issuing_at_once --issuers 8 --issues 25 --kills 6`
with DATABASE_URL on a fresh database and VAR_DIR on a fresh folder. Each issuer notes every number it was
told of (after the commit); one that is killed is replaced and goes on. The judge reads raw SQL. It prints
{"series": {"2026": n}, "gaps": [...], "doubles": [...], "lost": [...], "wrong_year": n, "killed": n, …}.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402 - Django must be set up first
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

import clock  # noqa: E402
from documents import numbering, services  # noqa: E402
from documents.models import NumberSeries, RegisterEntry  # noqa: E402
from organizations.models import Organ  # noqa: E402

CODE = "示测"
CONTENT = json.loads((Path(__file__).parent / "samples" / "form.json").read_text("utf-8"))
CONTENT["annexes"] = []
YEAR = 2027
"""The year whose first moment `--midnight-in` brings near."""


class GivenUp(Exception):
    """The act around the issue goes wrong: everything rolls back."""


def issue(organ: Organ, dice: random.Random) -> str:
    """One act: number, paper, journal and job; one in ten is rolled back at its end."""
    with transaction.atomic():
        made = services.issue(
            kind="D01", organs=[organ], content=CONTENT, holder_masked="", by=None, case_stream=""
        )  # fmt: skip
        if dice.random() < 0.1:
            raise GivenUp
    return made.number


def furnished() -> Organ:
    """The tables an issue and a printing need (whoever prints must not be kept from the case), and
    the bureau that issues; the fonts are read once."""
    apps = "guardian organizations workflows applications documents print_room journal jobs"
    for app in apps.split():
        call_command("migrate", app, verbosity=0)
    organ = Organ.objects.create(
        city="示例市", key="bureau", name="示例市科学技术局", short_name="科技局", kind="science_bureau",
        document_code=CODE,
    )  # fmt: skip
    services.check({**CONTENT, "organs": [organ.name], "date": "2026-12-31"})
    return organ


def issue_one(organ: Organ) -> int:
    """A document to print."""
    return services.issue(
        kind="D01", organs=[organ], content=CONTENT, holder_masked="", by=None, case_stream=""
    ).pk  # fmt: skip


def work(organ: Organ, notes: Path, goal: int, seed: int, year: int) -> None:
    """An issuer until its notes hold `goal` numbers; with a year, until that has come and one more."""
    dice = random.Random(seed)
    left = goal - (notes.read_text("utf-8").count("\n") if notes.exists() else 0)
    with notes.open("a", encoding="utf-8", buffering=1) as told:
        while left > 0:
            try:
                if year and left == 1 and clock.now().year < year:
                    left += 1
                told.write(issue(organ, dice) + "\n")
                left -= 1
            except GivenUp:
                continue
            except Exception as error:
                with notes.with_suffix(".refused").open("a") as refused:
                    refused.write(repr(error)[:200] + "\n")


def without_lock(organ_code: str, year: int) -> NumberSeries:
    """The broken build: the series is read and not locked."""
    return NumberSeries.objects.get_or_create(organ_code=organ_code, year=year)[0]


def early(organ_code: str, at: datetime) -> RegisterEntry:
    """The broken build: a number from a counter outside the act, as a sequence gives it."""
    counter = Path(os.environ["VAR_DIR"]) / "counter"
    with counter.open("a") as file:
        file.write(".")
        n = file.tell()
    series = NumberSeries.objects.get_or_create(organ_code=organ_code, year=at.year)[0]
    return RegisterEntry.objects.create(series=series, n=n, taken_at=at)


def broken(mutant: str) -> None:
    if mutant == "without-lock":
        numbering._locked_series = without_lock
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'u' AND"
                " conrelid IN ('documents_registerentry'::regclass, 'documents_document'::regclass)"
            )
            for table, name in cursor.fetchall():
                if "number" in name:
                    cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    if mutant == "early":
        numbering.take = early


def forked(*arguments: Any) -> int:
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            work(*arguments)
            code = 0
        finally:
            connection.close()
            sys.stderr.flush()
            os._exit(code)
    return pid


def play(organ: Organ, given: argparse.Namespace, folder: Path) -> tuple[int, int]:
    """Runs the issuers and kills some; answers how many were killed and how many crashed.

    The kills come when so many numbers are out, however fast the machine is.
    """
    dice, killed, crashed = random.Random(given.seed), 0, 0
    turn = YEAR if given.midnight_in else 0
    goal = given.issuers * given.issues
    moments = sorted(dice.uniform(0.05, 0.9) * goal for _kill in range(given.kills))
    running = {
        forked(organ, folder / f"issuer{one}", given.issues, given.seed + one, turn): one
        for one in range(given.issuers)
    }
    while running:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid:
            one = running.pop(pid)
            if os.WIFSIGNALED(status):
                again = forked(
                    organ, folder / f"issuer{one}", given.issues, killed * 1000 + one, turn
                )
                running[again] = one
            crashed += os.WIFEXITED(status) and os.WEXITSTATUS(status) != 0
        elif killed < given.kills and len(written(folder)) >= moments[killed]:
            os.kill(dice.choice(sorted(running)), signal.SIGKILL)
            killed += 1
        else:
            time.sleep(0.005)
    return killed, crashed


def written(folder: Path) -> list[str]:
    """The numbers that the issuers were told of."""
    notes = (path for path in folder.glob("issuer*") if path.suffix != ".refused")
    return [line for one in notes for line in one.read_text("utf-8").splitlines()]


def rows(sql: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def judged(acknowledged: Iterable[str]) -> dict[str, Any]:
    """What the database says, in raw SQL; nothing of our code is asked."""
    taken = rows(
        "SELECT s.year, e.n, d.number, d.date FROM documents_registerentry e"
        " JOIN documents_numberseries s ON s.id = e.series_id"
        " LEFT JOIN documents_document d ON d.entry_id = e.id"
    )
    numbers = Counter((year, n) for year, n, _number, _date in taken)
    years = {year: max(n for one, n in numbers if one == year) for year, _n in numbers}
    printed = {number for _year, _n, number, _date in taken}
    return {
        "series": {str(year): last for year, last in sorted(years.items())},
        "gaps": [f"{year}:{n}" for year, last in years.items() for n in range(1, last + 1) if not numbers[year, n]],
        "doubles": [f"{year}:{n}" for (year, n), times in numbers.items() if times > 1],
        "without_paper": sum(number is None for _year, _n, number, _date in taken),
        "wrong_year": sum(str(date)[:4] != str(year) for year, _n, _number, date in taken),
        "lost": sorted(set(acknowledged) - printed),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    for name, standard in (("issuers", 8), ("issues", 25), ("kills", 0), ("seed", 20261130)):
        parser.add_argument(f"--{name}", type=int, default=standard)
    parser.add_argument("--mutant", choices=["without-lock", "early", ""], default="")
    parser.add_argument("--midnight-in", type=float, default=0.0, help="seconds to the year's turn")
    given = parser.parse_args()
    folder = Path(settings.VAR_DIR)
    organ = furnished()
    broken(given.mutant)
    if connection.vendor == "postgresql":  # fifty issuers, fifty connections
        connection.settings_dict["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 1}
    if given.midnight_in:
        turn = datetime(YEAR, 1, 1, tzinfo=clock.BEIJING)
        ahead = turn - timezone.now() - timedelta(seconds=given.midnight_in)
        clock.now = lambda: (timezone.now() + ahead).astimezone(clock.BEIJING)
    connection.close()
    if hasattr(connection, "close_pool"):
        connection.close_pool()  # a pool does not survive a fork
    began = time.monotonic()
    killed, crashed = play(organ, given, folder)
    seconds = time.monotonic() - began
    told = written(folder)
    refused = [
        line
        for notes in folder.glob("issuer*.refused")
        for line in notes.read_text("utf-8").splitlines()
    ]
    found = judged(told) | {"acknowledged": len(told), "killed": killed, "crashed": crashed}
    found |= {
        "refused": len(refused),
        "why": sorted(set(refused))[:3],
        "seconds": round(seconds, 1),
    }
    print(json.dumps(found, ensure_ascii=False))


if __name__ == "__main__":
    main()
