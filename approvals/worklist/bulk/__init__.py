"""Bulk acts: chosen, tried out, run line by line; killed and resumed, each is answered once."""
