-- Who waits for a seat at a full course. An entry that is offered a seat holds it until it answers.
create table course_waiting (
    id             uuid primary key,
    course_id      uuid not null references courses,
    centre_id      uuid not null references centres,
    person_id      uuid not null references people,
    company_id     uuid not null references companies,
    turn           timestamptz not null,
    state          text not null default 'waiting',
    offered_until  timestamptz,
    missed         integer not null default 0,
    rests_until    timestamptz,
    constraint course_waiting_state
        check (state in ('waiting', 'offered', 'served', 'passed', 'left', 'over')),
    constraint course_waiting_offered check ((state = 'offered') = (offered_until is not null))
);
create unique index course_waiting_once on course_waiting (course_id, person_id)
    where state in ('waiting', 'offered');
create index course_waiting_open on course_waiting (course_id, turn)
    where state in ('waiting', 'offered');

-- An offered seat counts as taken, so that courses_full keeps it for whom it was offered to.
create function count_offered_seat() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    update courses
    set taken = taken + (new.state = 'offered')::int
        - case when tg_op = 'UPDATE' then (old.state = 'offered')::int else 0 end
    where id = new.course_id;
    return null;
end $$;
create trigger course_waiting_counted after insert or update of state on course_waiting
    for each row execute function count_offered_seat();

-- A seat that somebody gives up is offered to others: whoever enters the centre may write here.
alter table course_waiting enable row level security;
create policy permitted on course_waiting to gadong_app
    using (centre_id = any ((select permit_entered())::uuid[]));
create policy everything on course_waiting to gadong_system using (true);
select close_to_public();
