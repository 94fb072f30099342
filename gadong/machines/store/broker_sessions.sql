-- was_listening --
-- When the centre's session last showed that it listens, which session that was, and to what.
select seen_at, session_id, filters, heard_sources
from listening
where centre_id = %(centre_id)s;

-- begin_listening --
-- The centre is heard again.
insert into listening (centre_id, is_connected, seen_at, session_id)
values (%(centre_id)s, true, clock_timestamp(), %(session_id)s)
on conflict (centre_id) do update
set is_connected = true, seen_at = excluded.seen_at, session_id = excluded.session_id, detail = '';

-- report_listening --
-- Record that some centres' sessions listened so many seconds ago, and what the broker dropped
-- since it started.
update listening l
set is_connected = true, seen_at = statement_timestamp() - make_interval(secs => r.age),
    detail = r.detail,
    dropped = r.dropped,
    dropped_at = case
        when r.dropped > 0 and r.dropped <> l.dropped then clock_timestamp()
        else l.dropped_at
    end
from unnest(%(centre_ids)s::uuid[], %(ages)s::float8[], %(details)s::text[], %(dropped)s::bigint[])
    as r(centre_id, age, detail, dropped)
where l.centre_id = r.centre_id;

-- report_not_listening --
-- Record that the centre's session does not listen, with the reason. The start of the outage stays.
insert into listening (centre_id, is_connected, seen_at, detail, session_id)
values (%(centre_id)s, false, clock_timestamp(), %(detail)s, %(session_id)s)
on conflict (centre_id) do update
set is_connected = false, detail = excluded.detail;

-- set_filters --
-- Store the session's subscriptions.
update listening
set filters = %(filters)s
where centre_id = %(centre_id)s;

-- set_heard --
-- Store the sources that the session reads.
update listening
set heard_sources = %(sources)s
where centre_id = %(centre_id)s;

-- listening --
-- Every centre's session.
select c.slug, l.is_connected, l.seen_at, l.detail
from centres c
left join listening l on l.centre_id = c.id
order by c.slug;

-- insert_outage --
-- A time in which the centre was not listened to, with all its machines due to be derived again
-- from there. Relays that were there keep what their devices say: where they carry every device,
-- nothing was missed.
with present as (
    select unnest(a.publishes) as topic
    from device_accounts a
    join relay_positions p on p.account_id = a.id
    where a.centre_id = %(centre_id)s and a.revoked_at is null
      and p.heard_at >= lower(%(during)s::tstzrange) - interval '5 minutes'
),
uncarried as (
    select count(*) as sources, count(*) filter (
        where not exists (
            select
            from unnest(s.prefixes || s.shared) own
            join present on own = present.topic or starts_with(own, present.topic || '/')
        )
    ) as missed
    from sources s
    where s.centre_id = %(centre_id)s and s.retired_at is null
),
missed as (
    insert into outages (centre_id, during, session_kept, recorded_at)
    select %(centre_id)s, %(during)s::tstzrange, %(session_kept)s, %(recorded_at)s
    from uncarried
    where uncarried.missed > 0 or uncarried.sources = 0
    on conflict do nothing
    returning centre_id, during
)
insert into derivation_marks (machine_id, centre_id, since)
select m.id, m.centre_id, lower(missed.during)
from missed
join machines m on m.centre_id = missed.centre_id
where exists (select from sources s where s.machine_id = m.id)
order by m.id;

-- outages --
-- A centre's outages from an instant on, as known before another.
select during, session_kept
from outages
where centre_id = %(centre_id)s and upper(during) > %(since)s and recorded_at < %(recorded_before)s
order by during;

-- open_gaps --
-- Senders with a number missing, for the machines of a list.
select count(*) as gaps
from sequence_positions
where machine_id = any(%(machine_ids)s) and upto < highest and gap_since < %(before)s;
