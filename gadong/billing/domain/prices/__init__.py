"""Price tables before they have a centre's own figures."""
