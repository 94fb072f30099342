"""Endpoints of companies as payers: their profiles."""
