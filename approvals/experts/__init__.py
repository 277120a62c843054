"""The expert pool, its fair draw, declarations, panels and scoring sheets."""
