create table machines (
    id           uuid primary key,
    centre_id    uuid not null references centres,
    slug         text not null,
    kind         text not null,
    name_ko      text not null,
    name_en      text not null,
    created_at   timestamptz not null default now(),
    retired_at   timestamptz,
    constraint machines_slug_unique unique (centre_id, slug),
    constraint machines_slug_form check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$')
);

-- A machine's limits for booking and attribution. A fact: a change is a new row, so a past month
-- reads its own.
create table machine_settings (
    centre_id       uuid not null references centres,
    machine_id      uuid not null references machines,
    effective_from  timestamptz not null,
    recorded_at     timestamptz not null default clock_timestamp(),
    rules           jsonb not null,
    limits          jsonb not null,
    constraint machine_settings_key primary key (machine_id, effective_from, recorded_at)
);

create table sources (
    id           uuid primary key,
    centre_id    uuid not null references centres,
    machine_id   uuid not null references machines,
    dialect      text not null,
    -- What names the device, and the topic levels that its messages begin with. Two live sources of
    -- one prefix, or of one inside the other, could not be told apart; store/machines.py compares
    -- them under a lock.
    base         text not null,
    prefixes     text[] not null,
    precedence   integer not null default 100,
    created_at   timestamptz not null default now(),
    retired_at   timestamptz,
    constraint sources_base_form check (base !~ '[+#[:cntrl:]]' and length(base) between 1 and 256),
    constraint sources_prefixes_form check (array_to_string(prefixes, '/') !~ '[+#[:cntrl:]]'),
    constraint sources_prefixes_given check (cardinality(prefixes) > 0)
);

create table source_settings (
    centre_id       uuid not null references centres,
    source_id       uuid not null references sources,
    effective_from  timestamptz not null,
    recorded_at     timestamptz not null default clock_timestamp(),
    settings        jsonb not null,
    constraint source_settings_key primary key (source_id, effective_from, recorded_at)
);

-- What was received, as it was received. A fact.
create table messages (
    id           uuid not null,
    centre_id    uuid not null,
    machine_id   uuid not null,
    source_id    uuid not null,
    topic        text not null,
    payload      bytea not null,
    qos          smallint not null,
    retained     boolean not null,
    received_at  timestamptz not null,
    recorded_at  timestamptz not null
);
select create_hypertable('messages', by_range('received_at', interval '7 days'),
    create_default_indexes => false);
create index messages_by_id on messages (id);
create index messages_by_source on messages (source_id, received_at desc);

-- What the messages mean. A fact. Three times: when it happened (and the rule that chose it), when
-- it arrived, and when this database learned of it, under the centre's recording lock (ADR 6).
create table signals (
    centre_id    uuid not null,
    machine_id   uuid not null,
    source_id    uuid not null,
    channel      text not null,
    event_time   timestamptz not null,
    time_rule    text not null,
    received_at  timestamptz not null,
    recorded_at  timestamptz not null,
    message_id   uuid not null,
    ordinal      smallint not null,
    qos          smallint not null,
    text_value   text,
    number       double precision,
    -- An infinite reading would make a month's sum infinite.
    constraint signals_number_finite check (number is null or number between -1e15 and 1e15)
);
select create_hypertable('signals', by_range('event_time', interval '7 days'),
    create_default_indexes => false);
create index signals_by_machine on signals (machine_id, event_time);
create index signals_by_channel on signals (source_id, channel, event_time desc);

-- Decides duplicates, whatever clock a message claims: by the sender's boot and sequence, or by
-- content.
create table message_keys (
    centre_id  uuid not null,
    source_id  uuid not null,
    key        bytea not null,
    digest     bytea not null,
    boot       text,
    seq        bigint,
    constraint message_keys_key primary key (source_id, key)
);
create index message_keys_by_sequence on message_keys (source_id, boot, seq) where seq is not null;

-- How far each sender's sequence is complete. A missing number in between is a gap that a statement
-- must not pass.
create table sequence_positions (
    centre_id   uuid not null references centres,
    machine_id  uuid not null references machines,
    source_id   uuid not null references sources,
    boot        text not null,
    upto        bigint not null,
    highest     bigint not null,
    gap_since   timestamptz,
    constraint sequence_positions_key primary key (source_id, boot),
    constraint sequence_positions_order check (upto <= highest)
);

-- What was not understood: one row per cause and example, counted, never dropped.
create table quarantine (
    id           uuid not null,
    centre_id    uuid not null references centres,
    source_id    uuid references sources,
    reason       text not null,
    detail       text not null,
    topic        text not null,
    payload      bytea not null,
    digest       bytea not null,
    occurrences  bigint not null default 1,
    first_at     timestamptz not null,
    last_at      timestamptz not null,
    constraint quarantine_key primary key (centre_id, digest),
    constraint quarantine_id_unique unique (id)
);
create index quarantine_by_time on quarantine (centre_id, last_at desc, id desc);

-- When a centre was not listened to. A fact.
create table outages (
    centre_id     uuid not null references centres,
    during        tstzrange not null,
    session_kept  boolean not null,
    recorded_at   timestamptz not null default clock_timestamp(),
    constraint outages_key primary key (centre_id, during)
);

-- One row a centre: the ingest session that listens, and when it last showed that it does.
create table listening (
    centre_id     uuid primary key references centres,
    is_connected  boolean not null,
    seen_at       timestamptz not null,
    detail        text not null default '',
    -- Renewed when the broker has lost the session: a packet's number means something within one
    -- session only.
    session_id    uuid not null,
    -- What the session is subscribed to; the broker keeps that too, and cannot be asked.
    filters       text[] not null default '{}'
);

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is a fact and is never changed', tg_table_name
        using errcode = 'restrict_violation';
end $$;
create trigger messages_are_facts before update or delete on messages
    for each row execute function refuse_change();
create trigger signals_are_facts before update or delete on signals
    for each row execute function refuse_change();
create trigger outages_are_facts before update or delete on outages
    for each row execute function refuse_change();
create trigger machine_settings_are_facts before update or delete on machine_settings
    for each row execute function refuse_change();
create trigger source_settings_are_facts before update or delete on source_settings
    for each row execute function refuse_change();
