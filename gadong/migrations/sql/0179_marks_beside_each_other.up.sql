-- Ingest waited for a derivation, which kept its machine's only mark until it ended. Marks stand
-- beside each other now: a derivation deletes those that it saw, and ingest leaves another.
lock table metering_marks in access exclusive mode;
create table derivation_marks (
    number      bigint generated always as identity primary key,
    machine_id  uuid not null references machines,
    centre_id   uuid not null references centres,
    since       timestamptz not null,
    marked_at   timestamptz not null default clock_timestamp()
);
create index derivation_marks_of_machine on derivation_marks (machine_id);
insert into derivation_marks (machine_id, centre_id, since, marked_at)
select machine_id, centre_id, since, marked_at
from metering_marks;
delete from metering_marks;

-- Programs of the previous release mark in the old table until they are restarted.
create function move_mark() returns trigger language plpgsql as $$
begin
    insert into derivation_marks (machine_id, centre_id, since)
    values (new.machine_id, new.centre_id, new.since);
    return null;
end $$;
create trigger metering_marks_move before insert on metering_marks
    for each row execute function move_mark();
select close_to_public();
