"""What the fault tests share with the short ones of the suite."""

from tests.workflows.test_races import database

__all__ = ["database"]
