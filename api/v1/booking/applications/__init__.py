"""Monthly applications and their rounds on the wire."""
