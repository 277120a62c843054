"""Parts of `approvals.applications.comparison`: words, rows of tables, files. Pure functions."""
