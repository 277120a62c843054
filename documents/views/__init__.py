"""Pages of the print room and of the public check."""
