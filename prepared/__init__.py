"""Statements that are made once and run often: Django's models and fields without making its SQL
anew each time.

Measured on the reviewer's act (docs/performance.md): two thirds of its time went into building the
same dozen statements again. Nothing here knows a table of ours; what a statement says is still
written as a queryset or as the names of a model's fields.
"""

from prepared.gathering import Gathering, due, gathered, gathering, in_one_transaction, later, soon
from prepared.instances import attach, stored
from prepared.numbers import Wanted, numbers
from prepared.readings import Asked, Given, Personal, Reading, read_together
from prepared.statements import Statement, together
from prepared.writings import Change, Changing, Rows

__all__ = [
    "Asked",
    "Change",
    "Changing",
    "Gathering",
    "Given",
    "Personal",
    "Reading",
    "Rows",
    "Statement",
    "Wanted",
    "attach",
    "due",
    "gathered",
    "gathering",
    "in_one_transaction",
    "later",
    "numbers",
    "read_together",
    "soon",
    "stored",
    "together",
]
