"""Fonts and browser files from npm packages, by exact version and hash."""
