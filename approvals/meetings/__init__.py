"""局长办公会, 党组会: agenda, papers, minutes, and the decisions the minutes carry."""
