-- Files of closed months (docs/adr/0059-closed-months-leave-for-files.md): rows that left the
-- hypertables, or are ready to. Every file is on the audit's record, so that nobody replaces it and
-- its digest unseen.
create table archived_months (
    id               uuid primary key,
    centre_id        uuid not null references centres,
    month            text not null,
    kind             text not null,
    -- A month's first file has the number 1. What was recorded after it is in the following ones.
    part             integer not null,
    since            timestamptz not null,
    until            timestamptz not null,
    recorded_from    timestamptz not null,
    recorded_before  timestamptz not null,
    file             text not null,
    digest           bytea not null,
    bytes            bigint not null,
    rows             bigint not null,
    written_at       timestamptz not null default clock_timestamp(),
    -- Until then its rows lie in the hypertable again (`gadong archive restore`).
    restored_until   timestamptz,
    -- Retention deleted the file.
    deleted_at       timestamptz,
    constraint archived_months_once unique (centre_id, month, kind, part),
    constraint archived_months_file unique (file),
    constraint archived_months_kind check (kind in ('messages', 'signals')),
    constraint archived_months_span check (since < until and recorded_from < recorded_before),
    constraint archived_months_digest check (length(digest) = 32)
);
create constraint trigger archived_months_audited after insert or update or delete
    on archived_months deferrable initially deferred for each row execute function audit_row();
revoke delete on archived_months from gadong_app, gadong_system;
revoke insert, update on archived_months from gadong_app;
alter table archived_months enable row level security;
create policy permitted on archived_months for select to gadong_app
    using (centre_id = any ((select permit_entered())::uuid[]));
create policy everything on archived_months to gadong_system using (true);

-- The earliest instant that a chunk of messages or signals begins with; null without any.
create function raw_begins() returns timestamptz language sql stable security definer
    set search_path = public, pg_temp as $$
    select min(range_start)
    from timescaledb_information.chunks
    where hypertable_schema = 'public' and hypertable_name in ('messages', 'signals')
$$;

-- Chunks of messages and signals that end before an instant.
create function raw_chunks(before timestamptz) returns table (name text, until timestamptz)
    language sql stable security definer set search_path = public, pg_temp as $$
    select format('%I.%I', chunk_schema, chunk_name), range_end
    from timescaledb_information.chunks
    where hypertable_schema = 'public' and hypertable_name in ('messages', 'signals')
      and range_end <= raw_chunks.before
    order by 1
$$;

-- Rows of those chunks that no file has: each centre, kind and the earliest instant of them.
create function unarchived_rows(before timestamptz)
    returns table (centre_id uuid, kind text, earliest timestamptz)
    language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
    upto timestamptz := (select max(c.until) from raw_chunks(unarchived_rows.before) c);
    first timestamptz := raw_begins();
begin
    return query
    select m.centre_id, 'messages', min(m.received_at)
    from messages m
    where m.received_at < upto and not exists (
        select from archived_months a
        where a.centre_id = m.centre_id and a.kind = 'messages' and a.until > first
          and m.received_at >= a.since and m.received_at < a.until
          and m.recorded_at >= a.recorded_from and m.recorded_at < a.recorded_before
    )
    group by m.centre_id;
    return query
    select s.centre_id, 'signals', min(s.event_time)
    from signals s
    where s.event_time < upto and not exists (
        select from archived_months a
        where a.centre_id = s.centre_id and a.kind = 'signals' and a.until > first
          and s.event_time >= a.since and s.event_time < a.until
          and s.recorded_at >= a.recorded_from and s.recorded_at < a.recorded_before
    )
    group by s.centre_id;
end $$;

-- Drops the chunks from before an instant, of which every row lies in a file. The lock keeps late
-- rows out of these chunks and hinders nobody who writes to newer ones; a new chunk is seen by its
-- name.
create function drop_archived(before timestamptz) returns integer
    language plpgsql security definer set search_path = public, pg_temp as $$
declare
    names text[];
    chunk text;
begin
    select coalesce(array_agg(c.name order by c.name), '{}') into names
    from raw_chunks(drop_archived.before) c;
    if names = '{}' then
        return 0;
    end if;
    if exists (select from archived_months a where a.restored_until > now()) then
        raise exception 'a month was restored and is in use'
            using errcode = 'restrict_violation', constraint = 'archived_months_in_use';
    end if;
    foreach chunk in array names loop
        execute format('lock table %s in share mode', chunk);
    end loop;
    if exists (select from unarchived_rows(drop_archived.before)) then
        raise exception 'a row of these chunks is in no file'
            using errcode = 'restrict_violation', constraint = 'archived_months_complete';
    end if;
    lock table messages, signals in share update exclusive mode;
    if names is distinct from (
        select array_agg(c.name order by c.name) from raw_chunks(drop_archived.before) c
    ) then
        raise exception 'a chunk came meanwhile'
            using errcode = 'restrict_violation', constraint = 'archived_months_complete';
    end if;
    perform drop_old(drop_archived.before);
    return cardinality(names);
end $$;
revoke execute on function raw_begins(), raw_chunks(timestamptz), unarchived_rows(timestamptz),
    drop_archived(timestamptz) from public;
grant execute on function raw_begins(), raw_chunks(timestamptz), unarchived_rows(timestamptz),
    drop_archived(timestamptz) to gadong_system;
select close_to_public();
