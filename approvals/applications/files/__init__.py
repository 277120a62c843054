"""Files handed in: what is let in, where it lies, how it is given out."""
