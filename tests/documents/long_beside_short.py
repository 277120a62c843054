"""A long document goes through the queue while short ones do: real workers, a database of their own.

`python -m tests.documents.long_beside_short ROWS SHORT` with DATABASE_URL on a fresh database and VAR_DIR on
a fresh folder. The workers are those of `make serve`, warmed by one short paper. Prints {"long_s", "short_median_s",
"short_slowest_s", "beside", "pages", "signed", "intact", "failures"}: seconds from issue to signed
original; `beside` short papers were ready before the long one.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - Django must be set up first
from pypdf import PdfReader  # noqa: E402

from documents import files, services  # noqa: E402
from documents.models import Document  # noqa: E402
from documents.originals import LONG_JOB_KIND  # noqa: E402
from documents.signing import checking  # noqa: E402
from organizations.models import Organ  # noqa: E402
from tests.documents.issuing_at_once import CONTENT, furnished  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
WAIT = 600
BETWEEN = 0.5
"""Seconds from one short paper to the next."""


def issue(organ: Organ, content: dict[str, Any]) -> Document:
    return services.issue(
        kind="D16", organs=[organ], content={**content, "specimen": True}, holder_masked="", by=None,
        case_stream="",
    )  # fmt: skip


def table(rows: int) -> dict[str, Any]:
    """An annex as D16 has it: six columns."""
    row = [
        "南示例区",
        "示例创业园孵化器有限公司",
        "91330400MA********",
        "3870000.00 × 20%",
        "774000.00",
    ]
    header = ["序号", "属地", "单位", "统一社会信用代码", "计算过程", "金额（元）"]
    body = [
        {"kind": "table", "header": header, "rows": [[str(n), *row] for n in range(1, rows + 1)]}
    ]
    return {**CONTENT, "annexes": [{"title": "资金分配表", "body": body}]}


def worker(*words: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "manage.py", "worker", "--idle-seconds", "0.1", *words]
    return subprocess.Popen(command, cwd=ROOT)


def ready(document: Document) -> bool:
    document.refresh_from_db(fields=["pdf_sha256", "failure", "rendered_at"])
    return bool(document.pdf_sha256 or document.failure)


def run(organ: Organ, rows: int, count: int) -> tuple[Document, list[Document]]:
    """The workers warm, the long paper, then a short one every half second."""
    deadline = time.monotonic() + WAIT
    first = issue(organ, CONTENT)
    while not ready(first) and time.monotonic() < deadline:
        time.sleep(BETWEEN)
    long, short = issue(organ, table(rows)), []
    while time.monotonic() < deadline:
        if len(short) < count:
            short.append(issue(organ, CONTENT))
        elif all(map(ready, [long, *short])):
            break
        time.sleep(BETWEEN)
    return long, short


def seconds(document: Document) -> float:
    taken = document.rendered_at - document.issued_at if document.rendered_at else None
    return round(taken.total_seconds(), 2) if taken is not None else float(WAIT)


def main(rows: int, count: int) -> None:
    organ = furnished()
    workers = [worker("--without", LONG_JOB_KIND), worker("--only", LONG_JOB_KIND)]
    try:
        long, short = run(organ, rows, count)
    finally:
        for one in workers:
            one.terminate()
            one.wait(30)
    for document in [long, *short]:
        document.refresh_from_db()
    original = files.read(long)
    signatures = checking.check_signatures(original)
    found = {
        "long_s": seconds(long),
        "short_median_s": median(map(seconds, short)),
        "short_slowest_s": max(map(seconds, short)),
        "beside": sum(one.rendered_at < long.rendered_at for one in short if one.rendered_at),
        "pages": len(PdfReader(io.BytesIO(original)).pages),
        "signed": len(signatures),
        "intact": all(one.intact and one.covers_file for one in signatures),
        "failures": [one.failure for one in [long, *short] if one.failure],
    }
    print(json.dumps(found, ensure_ascii=False))


if __name__ == "__main__":
    call_command("check", verbosity=0)
    main(int(sys.argv[1]), int(sys.argv[2]))
