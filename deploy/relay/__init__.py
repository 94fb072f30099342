"""The relay as a Debian package, for the small computer beside the machines."""
