"""Questions to the applicant, consultation of departments, on-site checks, opinion templates."""
