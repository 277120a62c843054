"""SpiffWorkflow with its JSON saved in every act and the workflow kept in memory: one process must
then own a case for ever."""

from __future__ import annotations

from benchmarks.subjects import spiff


class Subject(spiff.Subject):
    """Writes only."""

    keeps = True
