"""Monthly applications: the window of a month, and the draw that answers them."""
