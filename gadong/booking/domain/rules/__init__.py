"""Rules of booking: their parameters, the rule book that sets them,
and the policy that asks them.
"""

from __future__ import annotations
