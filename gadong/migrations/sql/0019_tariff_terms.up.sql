-- Public holidays, national (no centre) or a centre's own word on a day; the latest on a day
-- counts, the centre's first. A fact: a list that changes is a new row, so that an old statement
-- finds the days it was computed with.
create table holidays (
    id           uuid primary key,
    centre_id    uuid references centres,
    country      char(2) not null,
    day          date not null,
    name         text not null,
    is_holiday   boolean not null,
    set_by       uuid references people,
    recorded_at  timestamptz not null default clock_timestamp()
);
create index holidays_by_day on holidays (country, day);
create trigger holidays_are_facts before update or delete on holidays
    for each row execute function refuse_change();

-- What a company has proved to a centre, for a time: what an extra discount or a programme asks
-- for. A fact; the latest word on a name counts.
create table company_extras (
    id           uuid primary key,
    centre_id    uuid not null references centres,
    company_id   uuid not null references companies,
    name         text not null,
    -- Empty: withdrawn.
    during       daterange not null,
    proof        text not null,
    set_by       uuid not null references people,
    recorded_at  timestamptz not null
);
create index company_extras_by_company on company_extras (centre_id, company_id);
create trigger company_extras_are_facts before update or delete on company_extras
    for each row execute function refuse_change();

-- Quantities sold beside a machine's time, and managers' own lines. A fact; a wrong one is reversed
-- by another.
create table entries (
    id           uuid primary key,
    centre_id    uuid not null references centres,
    company_id   uuid not null references companies,
    machine_id   uuid references machines,
    booking_id   uuid references bookings,
    at           timestamptz not null,
    code         text not null,
    quantity     bigint not null,
    source       text not null,
    spoiled      text not null,
    amount       bigint,
    tax_type     text,
    note         text not null,
    reverses     uuid references entries,
    recorded_by  uuid not null references people,
    recorded_at  timestamptz not null,
    constraint entries_one_kind check ((code = '') = (amount is not null and tax_type is not null)),
    constraint entries_quantity check (quantity >= 0),
    constraint entries_source check (source in ('job_log', 'slicer', 'scale', 'hand')),
    constraint entries_spoiled check (spoiled in ('no', 'machine', 'user')),
    constraint entries_reverse_once unique (reverses)
);
create index entries_by_company on entries (centre_id, company_id, at);
create trigger entries_are_facts before update or delete on entries
    for each row execute function refuse_change();
