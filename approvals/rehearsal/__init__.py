"""Plays cases through the real services with invented people, on a simulated clock.

Used by the demo, by `manage.py journey` and by tests. Every act is a person's act through the same
service the pages call; nothing is written past the services.
"""
