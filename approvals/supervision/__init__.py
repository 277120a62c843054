"""Urging (催办) and supervision orders (督办)."""
