"""The voting rule under the name the contract gives it; it lives where the engine uses it."""

from workflows.voting import decide

__all__ = ["decide"]
