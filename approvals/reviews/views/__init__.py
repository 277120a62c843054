"""Pages of the reviewer."""

from approvals.reviews.views.deferring import defer_page
from approvals.reviews.views.seats import claim, release, run_forward
from approvals.reviews.views.task import task_page

__all__ = ["claim", "defer_page", "release", "run_forward", "task_page"]
