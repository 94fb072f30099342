-- Trainings as they are held: when, how many may come, who came. Who came may use what wants the
-- training.
create table courses (
    id            uuid primary key,
    centre_id     uuid not null references centres,
    code          text not null,
    during        tstzrange not null,
    place         text not null,
    seats         integer not null,
    taken         integer not null default 0,
    -- How long the training is worth something, in days after it; null: for ever.
    valid_days    integer,
    -- The tariff's good that whoever came is charged; empty: nothing.
    good          text not null default '',
    cancelled_at  timestamptz,
    reason        text not null default '',
    created_at    timestamptz not null default clock_timestamp(),
    created_by    uuid not null references people,
    constraint courses_times check (not isempty(during) and lower(during) is not null
        and upper(during) is not null),
    constraint courses_seats check (seats between 1 and 200),
    -- The last seat is one person's, however many ask at once.
    constraint courses_full check (taken between 0 and seats),
    constraint courses_valid check (valid_days between 1 and 3660)
);
create index courses_by_centre on courses (centre_id, lower(during) desc);
create table course_places (
    course_id    uuid not null references courses,
    person_id    uuid not null references people,
    centre_id    uuid not null references centres,
    company_id   uuid not null references companies,
    asked_at     timestamptz not null default clock_timestamp(),
    given_up_at  timestamptz,
    attended     boolean,
    marked_at    timestamptz,
    marked_by    uuid references people,
    -- What the company was charged for it.
    entry_id     uuid references entries,
    constraint course_places_key primary key (course_id, person_id),
    constraint course_places_marked check ((attended is null) = (marked_at is null))
);
create index course_places_of_person on course_places (person_id, course_id);

create function count_place() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $$
begin
    update courses
    set taken = taken + (new.given_up_at is null)::int
        - case when tg_op = 'UPDATE' then (old.given_up_at is null)::int else 0 end
    where id = new.course_id;
    return null;
end $$;
create trigger course_places_counted after insert or update of given_up_at on course_places
    for each row execute function count_place();

alter table courses enable row level security;
create policy permitted on courses to gadong_app
    using (centre_id = any ((select permit_entered())::uuid[]));
create policy everything on courses to gadong_system using (true);
alter table course_places enable row level security;
create policy permitted on course_places to gadong_app using (
    centre_id = any ((select permit_centres())::uuid[])
        or company_id = any ((select permit_companies())::uuid[]));
create policy everything on course_places to gadong_system using (true);
do $$
declare
    name text;
begin
    foreach name in array array['courses', 'course_places'] loop
        execute 'create constraint trigger ' || name
            || '_audited after insert or update or delete on ' || name
            || ' deferrable initially deferred for each row execute function audit_row()';
    end loop;
end $$;
