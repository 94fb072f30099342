-- Facts of statements are recorded behind their centre's recording lock (ADR 6). These tables took
-- the clock alone: a row that was committed after a cutoff could bear an instant before it, and the
-- statement that was computed at that cutoff differed for good.
-- A rule of every centre waits for all of them, in one order.
create function record_behind_the_lock() returns trigger language plpgsql as $$
begin
    perform pg_advisory_xact_lock_shared(hashtextextended('recording ' || known.id, 0))
    from (
        select id from centres where new.centre_id is null or id = new.centre_id order by id
    ) known;
    new.recorded_at := clock_timestamp();
    return new;
end
$$;

create trigger holidays_recorded before insert on holidays
    for each row execute function record_behind_the_lock();
create trigger policy_settings_recorded before insert on policy_settings
    for each row execute function record_behind_the_lock();
create trigger closures_recorded before insert on closures
    for each row execute function record_behind_the_lock();
create trigger closure_changes_recorded before insert on closure_changes
    for each row execute function record_behind_the_lock();
create trigger source_settings_recorded before insert on source_settings
    for each row execute function record_behind_the_lock();
