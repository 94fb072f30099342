-- That a job began or ended, told once. A fact: jobs are derived and may be derived again, what was
-- told stays told.
create table job_events (
    centre_id   uuid not null references centres,
    machine_id  uuid not null references machines,
    kind        text not null,
    at          timestamptz not null,
    name        text,
    result      text,
    raised_at   timestamptz not null default clock_timestamp(),
    constraint job_events_key primary key (machine_id, kind, at),
    constraint job_events_kind check (kind in ('started', 'ended'))
);
create trigger job_events_are_facts before update or delete on job_events
    for each row execute function refuse_change();
