alter table bookings
    add column freed_from  timestamptz,
    add column expires_at  timestamptz,
    -- What was booked together: several machines, or the occurrences of a series.
    add column joined      uuid,
    add column override    text not null default '',
    add column answers     jsonb not null default '{}';

-- These rebuild an index over all bookings under a lock that keeps writers out: seconds for a
-- hundred thousand.
alter table bookings drop constraint bookings_state;
alter table bookings add constraint bookings_state
    check (state in ('offered', 'pending', 'confirmed', 'checked_in',
    'in_use', 'completed', 'cancelled', 'declined', 'expired', 'released', 'no_show'));
alter table bookings drop constraint bookings_held_around;
-- Who finished early keeps what was booked, and holds it no longer.
alter table bookings add constraint bookings_held_around check (
    lower_inc(held) and not upper_inc(held)
        and (held @> during or state = 'completed' and freed_from is not null)
);
alter table bookings drop constraint bookings_no_overlap;
alter table bookings add constraint bookings_no_overlap exclude
    using gist (machine_id with =, held with &&)
    where (state in ('offered', 'pending', 'confirmed', 'checked_in', 'in_use', 'completed'));
create index bookings_by_group on bookings (joined) where joined is not null;
create index bookings_by_person on bookings (person_id, machine_id);
-- What a clock may change by itself: asked for every minute.
create index bookings_unsettled on bookings (machine_id)
    where state in ('offered', 'pending', 'confirmed', 'checked_in', 'in_use');

-- What was said of a booking once and is not said again: that its machine is not observed, that
-- another overruns.
create table booking_remarks (
    centre_id   uuid not null references centres,
    booking_id  uuid not null references bookings,
    kind        text not null,
    said_at     timestamptz not null default clock_timestamp(),
    constraint booking_remarks_key primary key (booking_id, kind)
);

-- Who waits for a machine, in the order of asking. The offer is a booking of its own.
create table waiting (
    id          uuid primary key,
    centre_id   uuid not null references centres,
    machine_id  uuid not null references machines,
    company_id  uuid not null references companies,
    person_id   uuid not null references people,
    -- A stretch of `minutes` anywhere inside it.
    during      tstzrange not null,
    minutes     integer not null,
    state       text not null default 'waiting',
    booking_id  uuid references bookings,
    asked_at    timestamptz not null default clock_timestamp(),
    constraint waiting_state check (state in ('waiting', 'offered', 'served', 'passed', 'left')),
    constraint waiting_minutes check (minutes between 1 and 44640)
);
create index waiting_by_machine on waiting (machine_id, id) where state = 'waiting';
create index waiting_by_booking on waiting (booking_id) where booking_id is not null;
