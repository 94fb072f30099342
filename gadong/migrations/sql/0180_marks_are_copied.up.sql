-- For older programs: those of the previous release mark in the old table and derive from it, for
-- weeks after `gadong upgrade --back`. So their mark stays there, and is due for the present ones
-- as well.
drop trigger metering_marks_move on metering_marks;
drop function move_mark();
create function copy_mark() returns trigger language plpgsql as $$
begin
    -- As ingest does it: a mark that a derivation is taking counts as none.
    perform from derivation_marks
    where machine_id = new.machine_id and since <= new.since
    for key share skip locked;
    if not found then
        insert into derivation_marks (machine_id, centre_id, since)
        values (new.machine_id, new.centre_id, new.since);
    end if;
    return null;
end $$;
create trigger metering_marks_copy after insert or update of since on metering_marks
    for each row execute function copy_mark();
select close_to_public();
