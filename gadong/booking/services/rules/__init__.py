"""Services that try rules of booking out."""
