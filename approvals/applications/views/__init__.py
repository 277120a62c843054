"""Pages of the applicant. Every act is a plain POST; htmx only saves drafts along the way."""
