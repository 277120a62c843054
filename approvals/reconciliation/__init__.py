"""The nightly reconciliation of decisions with their paper, and who is told of it."""
