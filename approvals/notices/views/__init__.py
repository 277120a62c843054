"""Pages of the notices slice: the papers of a case, and the templates they are made of."""
