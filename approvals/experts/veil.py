"""What an expert does not see: the case itself, before he has declared his interests and, where the
program reviews blind, ever. His seat's own pages tell him what he may know (`blind`)."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from approvals.applications.models import Application
from approvals.experts.models import Declaration, Draw
from workflows.models import Task


def unopened(user_id: int) -> Q:
    """Cases in which he holds an expert's seat and that wait for his declaration.

    By their numbers: most programs say nothing of a panel, and the negation of a missing value
    would hide every case.
    """
    seats = Task.objects.filter(process=OuterRef("process"), role="expert")
    seated = Exists(seats.filter(Q(owner=user_id) | Q(actor=user_id)))
    drawn = Exists(Draw.objects.filter(application=OuterRef("pk"), drawn_at__isnull=False))
    declared = Exists(
        Declaration.objects.filter(
            application=OuterRef("pk"), user=user_id, kind=Declaration.Kind.NONE
        )
    )
    asked = Q(drawn) | Q(program__content__panel__declaration=True)
    found = Application.objects.filter(Q(seated) & asked & ~Q(declared))
    return Q(pk__in=found.order_by().values("pk"))


def blinded(user_id: int) -> Q:
    """Cases of programs that review blind in which he holds or held an expert's seat."""
    seats = Task.objects.filter(process=OuterRef("process"), role="expert")
    seated = Exists(seats.filter(Q(owner=user_id) | Q(actor=user_id)))
    found = Application.objects.filter(Q(seated), program__content__panel__blind=True)
    return Q(pk__in=found.order_by().values("pk"))
