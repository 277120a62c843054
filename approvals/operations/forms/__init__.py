"""Forms of the operations."""
