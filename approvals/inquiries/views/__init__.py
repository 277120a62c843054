"""Pages of the inquiries slice."""
