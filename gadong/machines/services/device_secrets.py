"""The options by which a device's own broker is logged in to: kept apart from the others, and
encrypted.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gadong.core.database import Pool, Tx, transaction
from gadong.core.domain.access import SYSTEM, Caller
from gadong.core.domain.ids import CentreId, SourceId
from gadong.core.domain.problem import Conflict
from gadong.core.services.sealing import Keyring, is_sealed
from gadong.dialects.domain.formats.reading import Dialect
from gadong.machines.domain.machine import Source
from gadong.machines.store import device_secrets
from gadong.machines.store.device_secrets import DeviceSecret

log = logging.getLogger(__name__)

#: Stands for a secret that is kept, where only its being there matters.
KEPT = "kept"
NO_KEYS = Keyring(())


def apart(dialect: Dialect, options: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Part a source's options into those that anybody at work there may read,
    and the secret ones.
    """
    hidden = {name: str(options[name]) for name in sorted(dialect.secrets) if options.get(name)}
    return {name: value for name, value in options.items() if name not in dialect.secrets}, hidden


def keep(tx: Tx, source: Source, hidden: Mapping[str, str], keys: Keyring) -> None:
    """Encrypt and keep a source's secret options; Conflict where there is no key."""
    for name, value in hidden.items():
        sealed = keys.seal(value, _about(source.id, name))
        secret = DeviceSecret(
            source_id=source.id, centre_id=source.centre_id, name=name, sealed=sealed
        )
        device_secrets.keep(tx, secret)


def with_kept(tx: Tx, source_id: SourceId, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return options with a word for each secret that the source has, for a check of whether any is
    missing.
    """
    return dict.fromkeys(device_secrets.names_of_source(tx, source_id), KEPT) | dict(options)


def of_centre(pool: Pool, centre_id: CentreId, keys: Keyring) -> dict[SourceId, dict[str, str]]:
    """Return the secret options of a centre's devices, opened.

    For ingest, which logs in by them.
    """
    with transaction(pool, SYSTEM) as tx:
        kept = device_secrets.of_centre(tx, centre_id)
    opened: dict[SourceId, dict[str, str]] = {}
    for secret in kept:
        try:
            opened.setdefault(secret.source_id, {})[secret.name] = _opened(secret, keys)
        except Conflict as trouble:  # one device is not listened to, and the others are
            known = {"source": str(secret.source_id), "reason": str(trouble)}
            log.error("secret not opened", extra=known)  # noqa: TRY400
    return opened


def rotate(pool: Pool, who: Caller, keys: Keyring) -> tuple[int, list[str]]:
    """Encrypt every secret by the first key that is not yet, and return how many, and whose old
    codes are readable.
    """
    permit = who.need_administrator()
    done = 0
    with transaction(pool, permit) as tx:
        for secret in device_secrets.every(tx):
            if keys.is_present(secret.sealed):
                continue
            sealed = keys.seal(_opened(secret, keys), _about(secret.source_id, secret.name))
            device_secrets.keep(tx, replace(secret, sealed=sealed))
            done += 1
        return done, list(device_secrets.left_in_settings(tx))


def _opened(secret: DeviceSecret, keys: Keyring) -> str:
    if not is_sealed(secret.sealed):
        return secret.sealed  # moved by a migration, and encrypted by the command that ran it
    return keys.open(secret.sealed, _about(secret.source_id, secret.name))


def _about(source_id: SourceId, name: str) -> str:
    return f"{name} of source {source_id}"
