-- What a device logs in to the broker as, which topics are its own and which it hears. The broker
-- is told by ingest; `applied_at` is null while it has not been told of the present state. No
-- password is kept: it is derived.
create table device_accounts (
    id          uuid primary key,
    centre_id   uuid not null references centres,
    source_id   uuid references sources,
    name        text not null,
    username    text not null,
    publishes   text[] not null,
    hears       text[] not null,
    created_at  timestamptz not null default clock_timestamp(),
    created_by  uuid references people,
    revoked_at  timestamptz,
    revoked_by  uuid references people,
    reason      text not null default '',
    applied_at  timestamptz,
    constraint device_accounts_username_unique unique (username),
    -- Mosquitto 2.1 refuses a slash in its patterns' names.
    constraint device_accounts_username_form check (username ~ '^d-[0-9a-f]{12}$'),
    constraint device_accounts_topics check (cardinality(publishes) > 0)
);
create index device_accounts_by_centre on device_accounts (centre_id, id desc);
create index device_accounts_waiting on device_accounts (id) where applied_at is null;
alter table device_accounts enable row level security;
create policy permitted on device_accounts to gadong_app
    using (centre_id = any ((select permit_centres())::uuid[]));
create policy everything on device_accounts to gadong_system using (true);

-- Whether topics lie at, above or below those that somebody else has: another source, or another
-- centre's device. One broker serves the installation, so this looks at all of it, and answers yes
-- or no.
create function topics_taken(asked text[], asking_centre uuid, by_sources_here boolean)
    returns boolean
    language sql stable security definer set search_path = public, pg_temp as $$
    select exists (
        select
        from (
            select unnest(s.prefixes) as prefix
            from sources s
            where s.retired_at is null and (by_sources_here or s.centre_id <> asking_centre)
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
revoke execute on function topics_taken(text[], uuid, boolean) from public;
grant execute on function topics_taken(text[], uuid, boolean) to gadong_app, gadong_system;
