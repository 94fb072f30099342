-- The truth of the timetable: a slot's row is claimed in the transaction that does its work.
create table job_runs (
    job          text not null,
    slot         timestamptz not null,
    started_at   timestamptz not null default clock_timestamp(),
    finished_at  timestamptz,
    outcome      text not null default 'running',
    detail       text not null default '',
    constraint job_runs_key primary key (job, slot),
    constraint job_runs_outcome check (outcome in ('running', 'done', 'failed'))
);

-- What the world is to be told, written with what it tells of, and drained later.
create table outbox (
    id          uuid primary key,
    centre_id   uuid not null references centres,
    kind        text not null,
    data        jsonb not null,
    created_at  timestamptz not null default now(),
    due_at      timestamptz not null default now(),
    attempts    integer not null default 0,
    sent_at     timestamptz,
    last_error  text not null default ''
);
create index outbox_due on outbox (due_at) where sent_at is null;

-- A person's notices: what the outbox was drained into.
create table notices (
    id          uuid primary key,
    centre_id   uuid not null references centres,
    company_id  uuid references companies,
    person_id   uuid references people,
    kind        text not null,
    data        jsonb not null,
    created_at  timestamptz not null default now()
);
create index notices_by_person on notices (person_id, id desc);

-- What a request that may be repeated made the first time (Idempotency-Key).
create table repeatable_requests (
    person_id   uuid not null references people,
    key         text not null,
    digest      bytea not null,
    made        uuid not null,
    created_at  timestamptz not null default now(),
    constraint repeatable_requests_key primary key (person_id, key)
);
