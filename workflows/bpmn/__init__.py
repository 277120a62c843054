"""BPMN 2.0 files: read, checked, drawn. No viewflow and no database in here."""

from workflows.bpmn.bindings import SHORT_ROLES, Bindings
from workflows.bpmn.checks import Checked, check
from workflows.bpmn.reader import Reading, read

__all__ = ["SHORT_ROLES", "Bindings", "Checked", "Reading", "check", "read"]
