"""Pages of the experts slice."""
