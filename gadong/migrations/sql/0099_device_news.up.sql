-- Ingest is notified, with the commit, that a centre's devices or their use have changed. It reads
-- by itself what has changed. Before, it asked for each centre five times a second.
-- Creating a trigger takes a SHARE ROW EXCLUSIVE lock on each table, for an instant.
create function tell_ingest() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        perform pg_notify('gadong_devices', old.centre_id::text);
    else
        perform pg_notify('gadong_devices', new.centre_id::text);
    end if;
    return null;
end $$;
create trigger sources_tell_ingest after insert or update or delete on sources
    for each row execute function tell_ingest();
create trigger source_settings_tell_ingest after insert on source_settings
    for each row execute function tell_ingest();
create trigger device_secrets_tell_ingest after insert or update or delete on device_secrets
    for each row execute function tell_ingest();
create trigger interlocks_tell_ingest after insert or update or delete on interlocks
    for each row execute function tell_ingest();
create trigger handovers_tell_ingest after insert or update on handovers
    for each row execute function tell_ingest();
-- A device that only speaks again is no news.
create trigger inbox_devices_tell_ingest after insert or delete or update of opened_at
    on inbox_devices
    for each row execute function tell_ingest();

-- Whether a centre is the only one decides where unknown devices are searched, so that every centre
-- is concerned: the notification names none.
create function tell_ingest_of_centres() returns trigger language plpgsql as $$
begin
    perform pg_notify('gadong_devices', '');
    return null;
end $$;
create trigger centres_tell_ingest after insert or delete or update of discovery on centres
    for each statement execute function tell_ingest_of_centres();
