"""Where a case stands in its diagram: what is marked, counted and told of each step."""
