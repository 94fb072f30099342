-- What contradicts a run: later words, or the device's own counter.
alter table runs
    add column doubt_cause text,
    add column doubt_during tstzrange,
    add column doubt_seconds integer,
    add constraint runs_doubt_cause check (doubt_cause in ('late', 'counter')),
    add constraint runs_doubt_whole
        check (num_nulls(doubt_cause, doubt_during, doubt_seconds) in (0, 3));

-- Messages that spoke of the past although their source had said more since. A fact, recorded with
-- the message.
create table late_words (
    message_id   uuid not null,
    centre_id    uuid not null references centres,
    machine_id   uuid not null references machines,
    source_id    uuid not null references sources,
    event_time   timestamptz not null,
    spoke_until  timestamptz not null,
    -- How long before its arrival the source had said more.
    trailed      interval not null,
    recorded_at  timestamptz not null,
    constraint late_words_key primary key (message_id)
);
create index late_words_by_machine on late_words (machine_id, event_time);
create trigger late_words_are_facts before update or delete on late_words
    for each row execute function refuse_change();

-- What a boot of a sender spoke of in its turn, and where that stood before a number was missing;
-- when it began.
alter table sequence_positions
    add column begun_at timestamptz not null default '-infinity',
    add column said_until timestamptz,
    add column gap_after timestamptz;

-- Of which contradictions people were told, once a day and cause.
create table contradictions_told (
    centre_id   uuid not null references centres,
    machine_id  uuid not null references machines,
    day         date not null,
    cause       text not null,
    told_at     timestamptz not null default clock_timestamp(),
    constraint contradictions_told_key primary key (machine_id, day, cause)
);
