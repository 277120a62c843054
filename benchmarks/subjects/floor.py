"""The floor: one UPDATE and two INSERTs a transaction, by hand."""

from __future__ import annotations

from benchmarks import diagram
from benchmarks.subjects.plain import Database

_TEXT = "x" * 200


class Subject:
    """Nothing but the rows: what no engine on this database can be faster than."""

    def __init__(self) -> None:
        """Connects."""
        self.database = Database()
        self.cases: list[int] = []

    def furnish(self) -> None:
        """Three tables."""
        number = self.database.number
        self.database.run(f"CREATE TABLE process (id {number}, data TEXT)")
        self.database.run(f"CREATE TABLE task (id {number}, process BIGINT, data TEXT)")
        self.database.run(f"CREATE TABLE entry (id {number}, process BIGINT, data TEXT)")

    def prepare(self, cases: int) -> None:
        """Empty cases."""
        insert = "INSERT INTO process (data) VALUES (%s) RETURNING id"
        self.cases = [self.database.run(insert, _TEXT).fetchall()[0][0] for _case in range(cases)]

    def run(self) -> int:
        """As many transactions as the flow has human steps."""
        for case in self.cases:
            for _step in diagram.STEPS:
                self.database.begin()
                self.database.run("UPDATE process SET data = %s WHERE id = %s", _TEXT, case)
                self.database.run("INSERT INTO task (process, data) VALUES (%s, %s)", case, _TEXT)
                self.database.run("INSERT INTO entry (process, data) VALUES (%s, %s)", case, _TEXT)
                self.database.commit()
        return len(self.cases) * len(diagram.STEPS)

    def statements(self) -> dict[str, int]:
        """As written."""
        return dict.fromkeys(diagram.STEPS, 3)
