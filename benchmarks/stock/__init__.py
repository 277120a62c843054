"""The same flow on viewflow 2.4 as it comes: its own models, nodes and default lock."""
