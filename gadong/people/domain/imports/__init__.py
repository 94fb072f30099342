"""Tables of companies that a centre imports."""
