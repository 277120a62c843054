"""Pages: the doors, the password, the administrator's lists."""
