"""Monthly applications and their draw."""
