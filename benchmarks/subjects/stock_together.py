"""viewflow 2.4 as it comes, claim and finish in one transaction."""

from __future__ import annotations

from benchmarks.subjects import stock


class Subject(stock.Subject):
    """Half the locks and commits."""

    together = True
