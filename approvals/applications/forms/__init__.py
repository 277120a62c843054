"""The online form: a program's questions as Django forms, one section a page."""

from approvals.applications.forms.sections import SectionForm

__all__ = ["SectionForm"]
