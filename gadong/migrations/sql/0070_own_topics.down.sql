create or replace function topics_taken(asked text[], asking_centre uuid, by_sources_here boolean)
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

create or replace function topics_taken(asked text[], asking_centre uuid,
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
