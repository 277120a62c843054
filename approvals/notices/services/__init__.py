"""Writes of the notices slice: papers are issued, templates kept and changed."""
