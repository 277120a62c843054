"""The bureau meeting: agenda, minutes, and the items they decide."""
