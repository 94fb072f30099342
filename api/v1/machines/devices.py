"""Devices' accounts at the broker."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from fastapi import APIRouter

from api.identity import Connections, Told, Who
from api.v1 import paging
from api.v1.machines import devices_schemas as schemas
from api.v1.machines.devices_schemas import RefusalOut
from gadong.core.domain.ids import CentreId, SourceId
from gadong.machines.domain.device_account import DeviceAccount
from gadong.machines.services import device_accounts, relays

router = APIRouter(tags=["sources"])


@router.get("/centres/{centre}/device-accounts")
def list_device_accounts(
    centre: UUID, who: Who, pool: Connections
) -> paging.Page[schemas.DeviceAccountOut]:
    """List the broker accounts of a centre's devices, the latest first, with revoked ones."""
    return paging.whole([_told(a) for a in device_accounts.of_centre(pool, who, CentreId(centre))])


@router.get("/centres/{centre}/relays")
def list_relays(centre: UUID, who: Who, pool: Connections) -> paging.Page[schemas.RelayOut]:
    """List the relays that keep what a centre's devices say, and how far each is stored."""
    return paging.whole(
        [
            schemas.RelayOut(
                id=state.relay.account_id,
                name=state.relay.name,
                topic=state.relay.topic,
                carries=list(state.relay.carries),
                outboxes=[schemas.OutboxOut.model_validate(p) for p in state.positions],
            )
            for state in relays.of_centre(pool, who, CentreId(centre))
        ]
    )


@router.get("/centres/{centre}/refusals")
def list_refusals(centre: UUID, who: Who, pool: Connections) -> paging.Page[RefusalOut]:
    """List the refused attempts of a centre's devices in the last thirty days, the latest first."""
    found = device_accounts.refusals(pool, who, CentreId(centre), now=datetime.now(UTC))
    return paging.whole(
        [
            RefusalOut(
                account=refusal.account_id,
                act=refusal.act,
                topic=refusal.topic,
                address=refusal.address,
                first_at=refusal.first_at,
                last_at=refusal.last_at,
                times=refusal.times,
            )
            for refusal in found
        ]
    )


@router.post("/centres/{centre}/device-accounts", status_code=201)
def issue_device_account(
    centre: UUID, body: schemas.DeviceAccountIn, who: Who, pool: Connections, told: Told
) -> schemas.NewDeviceAccountOut:
    """Make an account for a bound device (`source`), or for one whose topics are named.

    Its password is shown this once.
    """
    account, password = device_accounts.issue(
        pool,
        who,
        CentreId(centre),
        name=body.name,
        source=SourceId(body.source) if body.source else None,
        topics=body.topics,
        secret=told.secret,
        now=datetime.now(UTC),
    )
    return schemas.NewDeviceAccountOut(**_told(account).model_dump(), password=password)


@router.post("/device-accounts/{account_id}/revoke")
def revoke_device_account(
    account_id: UUID, body: schemas.RevokeAccountIn, who: Who, pool: Connections
) -> schemas.DeviceAccountOut:
    """Cut a device off, within seconds and in the middle of its session.

    With `since`, set aside what it sent from then on.
    """
    return _told(
        device_accounts.revoke(pool, who, account_id, reason=body.reason, since=body.since)
    )


def _told(account: DeviceAccount) -> schemas.DeviceAccountOut:
    return schemas.DeviceAccountOut(
        id=account.id,
        name=account.name,
        source=account.source_id,
        username=account.username,
        client_id=account.username,
        publishes=list(account.publishes),
        hears=list(account.hears),
        created_at=account.created_at,
        revoked_at=account.revoked_at,
        reason=account.reason,
        applied_at=account.applied_at,
        paused_until=account.paused_until,
    )
