create table qualifications (
    centre_id   uuid not null references centres,
    person_id   uuid not null references people,
    code        text not null,
    granted_at  timestamptz not null default now(),
    granted_by  uuid not null references people,
    expires_at  timestamptz,
    constraint qualifications_key primary key (centre_id, person_id, code)
);

-- When a centre, or one of its machines, is closed or under maintenance.
create table closures (
    id           uuid primary key,
    centre_id    uuid not null references centres,
    machine_id   uuid references machines,
    during       tstzrange not null,
    kind         text not null,
    reason       text not null,
    recorded_at  timestamptz not null default clock_timestamp(),
    constraint closures_kind check (kind in ('closed', 'maintenance')),
    constraint closures_half_open
        check (not isempty(during) and lower_inc(during) and not upper_inc(during))
);
create trigger closures_are_facts before update or delete on closures
    for each row execute function refuse_change();
create index closures_by_centre on closures using gist (centre_id, during);

create table bookings (
    id              uuid primary key,
    centre_id       uuid not null references centres,
    machine_id      uuid not null references machines,
    company_id      uuid not null references companies,
    person_id       uuid not null references people,
    during          tstzrange not null,
    -- The booked time with the machine's turn-round on either side; this is what nobody else may
    -- touch.
    held            tstzrange not null,
    state           text not null,
    version         integer not null,
    purpose         text not null default '',
    checked_in_at   timestamptz,
    checked_out_at  timestamptz,
    cancelled_at    timestamptz,
    created_at      timestamptz not null default now(),
    constraint bookings_half_open check (
        not isempty(during) and lower_inc(during) and not upper_inc(during)
        and lower(during) > '-infinity' and upper(during) < 'infinity'
    ),
    constraint bookings_held_around
        check (held @> during and lower_inc(held) and not upper_inc(held)),
    constraint bookings_state check (state in ('confirmed', 'checked_in', 'completed',
        'cancelled', 'no_show')),
    -- The promise that no two hold the same machine at the same time. Code depends on this name.
    constraint bookings_no_overlap exclude using gist (machine_id with =, held with &&)
        where (state in ('confirmed', 'checked_in', 'completed'))
);
create index bookings_by_machine on bookings using gist (machine_id, during);
create index bookings_by_company on bookings (company_id, id desc);
create index bookings_by_centre on bookings (centre_id, id desc);

-- Every step of every booking with the booking as it was after it. A fact; the past is read from
-- here.
create table booking_events (
    booking_id   uuid not null references bookings,
    version      integer not null,
    centre_id    uuid not null references centres,
    machine_id   uuid not null references machines,
    action       text not null,
    actor_id     uuid references people,
    reason       text not null default '',
    during       tstzrange not null,
    snapshot     jsonb not null,
    recorded_at  timestamptz not null,
    constraint booking_events_key primary key (booking_id, version)
);
create index booking_events_by_machine on booking_events using gist (machine_id, during);
create trigger booking_events_are_facts before update or delete on booking_events
    for each row execute function refuse_change();

-- Who was at the machine. A fact: coming and leaving are two rows.
create table check_ins (
    id           uuid primary key,
    centre_id    uuid not null references centres,
    machine_id   uuid not null references machines,
    company_id   uuid not null references companies,
    person_id    uuid not null references people,
    booking_id   uuid references bookings,
    kind         text not null,
    at           timestamptz not null,
    recorded_at  timestamptz not null,
    constraint check_ins_kind check (kind in ('in', 'out'))
);
create index check_ins_by_machine on check_ins (machine_id, at);
create trigger check_ins_are_facts before update or delete on check_ins
    for each row execute function refuse_change();
