"""A week of several machines to draw a booking on, with the card that confirms it."""
