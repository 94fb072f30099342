-- What was set aside is kept whole, so that it can be read again; and devices that nobody has bound
-- yet.
alter table quarantine
    add column kept integer not null default 0,
    add column kept_bytes bigint not null default 0;
create table quarantined_messages (
    quarantine_id  uuid not null references quarantine (id) on delete cascade,
    number         integer not null,
    centre_id      uuid not null references centres,
    source_id      uuid references sources,
    topic          text not null,
    payload        bytea not null,
    qos            smallint not null,
    retained       boolean not null,
    received_at    timestamptz not null,
    constraint quarantined_messages_key primary key (quarantine_id, number)
);

-- Where a centre looks for unknown devices; null: everywhere, as long as it is the installation's
-- only centre.
alter table centres add column discovery text[];

create table inbox_devices (
    id          uuid primary key,
    centre_id   uuid not null references centres,
    dialect     text not null,
    base        text not null,
    options     jsonb not null,
    certainty   real not null,
    name        text not null,
    heard       bigint not null,
    first_at    timestamptz not null,
    last_at     timestamptz not null,
    constraint inbox_devices_unique unique (centre_id, dialect, base)
);
create table inbox_messages (
    id           bigint generated always as identity primary key,
    device_id    uuid not null references inbox_devices on delete cascade,
    centre_id    uuid not null references centres,
    topic        text not null,
    payload      bytea not null,
    qos          smallint not null,
    retained     boolean not null,
    received_at  timestamptz not null
);
create index inbox_messages_by_device on inbox_messages (device_id, id);
