-- One device, several machines: the channels of a device that its live sources read, each by one
-- source. A source of a whole device has none; that it is alone is compared under a lock
-- (store/machines.py). Rows of sources that were bound before are made when their device gets
-- another source.
create table source_channels (
    centre_id  uuid not null references centres,
    source_id  uuid not null references sources,
    dialect    text not null,
    base       text not null,
    channel    text not null,
    constraint source_channels_unique primary key (dialect, base, channel)
);
create index source_channels_by_source on source_channels (source_id);
alter table source_channels enable row level security;
create policy permitted on source_channels to gadong_app
    using (centre_id = any ((select permit_entered())::uuid[]));
create policy everything on source_channels to gadong_system using (true);

-- A source that is unbound, or whose machine is retired, leaves its channels to the next.
create function leave_channels() returns trigger language plpgsql as $$
begin
    delete from source_channels where source_id = new.id;
    return null;
end $$;
create trigger sources_leave_channels after update of retired_at on sources
    for each row when (old.retired_at is null and new.retired_at is not null)
    execute function leave_channels();

-- The same question as before, without the sources that read other channels of the same device. A
-- source that has no topic to itself alone is asked about where it reads with others: not another
-- centre's.
create function topics_taken(asked text[], asking_centre uuid,
    by_sources_here boolean, beside uuid[])
    returns boolean language sql stable security definer set search_path = public, pg_temp as $$
    select exists (
        select
        from (
            select unnest(s.prefixes) as prefix
            from sources s
            where s.retired_at is null and (by_sources_here or s.centre_id <> asking_centre)
                and s.id <> all (beside)
            union all
            select unnest(s.shared)
            from sources s
            where s.retired_at is null and s.centre_id <> asking_centre and s.dialect = 'mapper'
            union all
            select unnest(a.publishes)
            from device_accounts a
            where a.revoked_at is null and a.centre_id <> asking_centre
        ) theirs
        cross join unnest(asked) as ours(prefix)
        where theirs.prefix = ours.prefix
           or starts_with(theirs.prefix, ours.prefix || '/')
           or starts_with(ours.prefix, theirs.prefix || '/')
    )
$$;
revoke execute on function topics_taken(text[], uuid, boolean, uuid[]) from public;
grant execute on function topics_taken(text[], uuid, boolean, uuid[]) to gadong_app, gadong_system;

-- A bound device that lies in the inbox because a manager opened it then stays until it is put
-- aside. What it said before was copied from what its sources received.
alter table inbox_devices add column opened_at timestamptz;
