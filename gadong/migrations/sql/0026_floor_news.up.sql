-- Pages that show a floor are told, with the commit, that something on it changed: what, they read
-- themselves.
create function tell_floor() returns trigger language plpgsql as $$
begin
    perform pg_notify('gadong_floor', new.centre_id::text);
    return null;
end $$;
create trigger bookings_tell_floor after insert or update on bookings
    for each row execute function tell_floor();
create trigger live_states_begin_tell_floor after insert on live_states
    for each row execute function tell_floor();
-- A meter's every reading changes its row; only what a board shows is news.
create trigger live_states_tell_floor after update on live_states
    for each row
    when (old.state is distinct from new.state or old.since is distinct from new.since
        or old.job is distinct from new.job
            or round(old.progress) is distinct from round(new.progress))
    execute function tell_floor();
