-- How far the outbox of each relay is stored (docs/operate/relay.md).
create table relay_positions (
    account_id  uuid not null references device_accounts,
    centre_id   uuid not null references centres,
    outbox      text not null,
    -- Every number up to this one is stored here, or was lost on the way.
    upto        bigint not null,
    lost        bigint not null default 0,
    spoke_until timestamptz,
    heard_at    timestamptz not null,
    constraint relay_positions_key primary key (account_id, outbox),
    constraint relay_positions_order check (upto >= 0 and lost >= 0)
);
create index relay_positions_by_centre on relay_positions (centre_id);
alter table relay_positions enable row level security;
create policy permitted on relay_positions to gadong_app
    using (centre_id = any ((select permit_centres())::uuid[]));
create policy everything on relay_positions to gadong_system using (true);
