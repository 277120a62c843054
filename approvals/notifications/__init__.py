"""Tells people: notification centre, mail, digests, SMS and webhook adapters."""
