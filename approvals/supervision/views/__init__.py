"""Pages of urging and supervision."""
