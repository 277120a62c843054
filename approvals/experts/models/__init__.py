"""Rows of the experts slice."""

from approvals.experts.models.declaration import Declaration
from approvals.experts.models.draw import Draw, Replacement
from approvals.experts.models.profile import ExpertProfile
from approvals.experts.models.scoring import ScoreSheet

__all__ = ["Declaration", "Draw", "ExpertProfile", "Replacement", "ScoreSheet"]
