"""Machines and dates that were made together, and the reach of a step on one of them."""
