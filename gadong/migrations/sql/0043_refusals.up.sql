-- What the broker refused a device: one row a day for each thing that it tried, of which the first
-- is audited.
create table refusals (
    id          uuid primary key,
    centre_id   uuid not null references centres,
    account_id  uuid not null references device_accounts,
    day         date not null,
    act         text not null,
    -- Empty for what was tried beside the kinds that are told apart
    -- (machines/services/device_accounts.py).
    topic       text not null,
    address     text not null,
    first_at    timestamptz not null,
    last_at     timestamptz not null,
    times       bigint not null,
    -- As the audit has it.
    reason      text not null generated always as (act || ' ' || topic) stored,
    constraint refusals_act check (act in ('publish', 'subscribe')),
    constraint refusals_topic check (length(topic) <= 1024),
    constraint refusals_once unique (account_id, day, act, topic)
);
create index refusals_by_centre on refusals (centre_id, last_at desc);
alter table refusals enable row level security;
create policy permitted on refusals to gadong_app
    using (centre_id = any ((select permit_centres())::uuid[]));
create policy everything on refusals to gadong_system using (true);
create constraint trigger refusals_made after insert on refusals
    deferrable initially deferred for each row execute function audit_row();
