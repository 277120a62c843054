"""法定时限: what the law's clock says of a case, day by day."""
