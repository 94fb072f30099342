"""The Debian package of the whole centre, and its trial on an empty machine."""

from __future__ import annotations
