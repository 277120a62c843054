"""Pages of correcting and revoking papers."""
