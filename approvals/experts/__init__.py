"""The expert pool, its fair draw, declarations, blind panels and scoring sheets."""
