-- Checklists before and after the use of a machine: each version with its questions. A version
-- without questions ends the checklist.
create table checklists (
    id            uuid primary key,
    centre_id     uuid not null references centres,
    machine_id    uuid not null references machines,
    moment        text not null,
    version       integer not null,
    questions     jsonb not null,
    published_by  uuid references people,
    published_at  timestamptz not null default clock_timestamp(),
    constraint checklists_moment check (moment in ('before', 'after')),
    constraint checklists_questions check (jsonb_typeof(questions) = 'array'),
    constraint checklists_version unique (machine_id, moment, version)
);

-- The answers of a person, one for each question, and the closure that a failed one made.
create table checklist_answers (
    id            uuid primary key,
    centre_id     uuid not null references centres,
    machine_id    uuid not null references machines,
    checklist_id  uuid not null references checklists,
    booking_id    uuid references bookings,
    company_id    uuid references companies,
    person_id     uuid not null references people,
    answers       jsonb not null,
    is_passed     boolean not null,
    closure_id    uuid references closures,
    answered_at   timestamptz not null,
    constraint checklist_answers_close check (is_passed = (closure_id is null))
);
create index checklist_answers_by_centre on checklist_answers (centre_id, answered_at desc);
create index checklist_answers_by_booking on checklist_answers (booking_id);
create index checklist_answers_failed on checklist_answers (machine_id) where not is_passed;

create table checklist_photos (
    answer_id  uuid not null references checklist_answers,
    question   integer not null,
    centre_id  uuid not null references centres,
    data       bytea not null,
    constraint checklist_photos_key primary key (answer_id, question)
);

do $$
declare
    name text;
begin
    foreach name in array array['checklists', 'checklist_answers', 'checklist_photos'] loop
        execute 'create trigger ' || name || '_are_facts before update or delete on ' || name
            || ' for each row execute function refuse_change()';
        execute 'revoke update, delete on ' || name || ' from gadong_app, gadong_system';
        execute 'alter table ' || name || ' enable row level security';
        execute 'create policy everything on ' || name || ' to gadong_system using (true)';
    end loop;
    foreach name in array array['checklists', 'checklist_answers'] loop
        execute 'create constraint trigger ' || name || '_audited after insert on ' || name
            || ' deferrable initially deferred for each row execute function audit_row()';
    end loop;
end $$;
create policy permitted on checklists to gadong_app
    using (centre_id = any ((select permit_entered())::uuid[]));
-- The centre's staff, and the company whose use it was: whether its machine was checked.
create policy permitted on checklist_answers to gadong_app using (
    centre_id = any ((select permit_centres())::uuid[])
    or company_id = any ((select permit_companies())::uuid[]));
create policy permitted on checklist_photos to gadong_app using (
    exists (select from checklist_answers a where a.id = answer_id));
-- Whether a failed checklist holds a machine closed is the hall's to know, and nothing else of it.
create function checklist_closes(machine uuid, at timestamptz) returns boolean
language sql stable security definer set search_path = public as $$
    select exists (
        select
        from checklist_answers a
        join closures_known('infinity') c on c.id = a.closure_id
        where a.machine_id = machine and not a.is_passed and c.during @> at
    )
$$;
