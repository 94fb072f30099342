"""Pages of the rule book, with an example booking judged by it."""
