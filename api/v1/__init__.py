"""The endpoints, one module a noun.

Each declares what it takes and gives, and delegates to a service.
"""

from __future__ import annotations
