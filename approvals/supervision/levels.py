"""The three levels of a supervision order."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    """蓝黄红: reminded, warned, called to account."""

    BLUE = "blue", _("蓝色督办")
    YELLOW = "yellow", _("黄色督办")
    RED = "red", _("红色督办")

    @property
    def next(self) -> Level:
        """The level above; red stays red."""
        order = list(Level)
        return order[min(order.index(self) + 1, len(order) - 1)]

    @property
    def rank(self) -> int:
        """0 to 2."""
        return list(Level).index(self)
