"""From a stored source back to the model the compiler takes."""

from __future__ import annotations

from workflows.bpmn.model import ProcessModel
from workflows.bpmn.reader import read


class UnreadableSourceError(ValueError):
    """A stored diagram that passed the checks when it was loaded cannot be read now."""


def model_of(source: str, file: str) -> ProcessModel:
    """The one executable process of a source; the full checks ran when it was loaded."""
    reading = read(source.encode(), file)
    if reading.model is None:
        raise UnreadableSourceError("; ".join(issue.as_text() for issue in reading.issues) or file)
    return reading.model
