-- insert --
-- The session hears these sources; its mark is about to be published.
insert into handovers (id, centre_id, sources, since)
values (%(id)s, %(centre_id)s, %(sources)s, %(since)s);

-- complete --
-- Everything that the session received before the mark is committed.
update handovers
set until = %(until)s
where id = %(id)s
returning sources;

-- find --
-- The handover of a mark. One that was never completed, because its session ended, was completed by
-- the next.
select h.id, h.sources, h.since,
    coalesce(
        h.until,
        (select min(n.until) from handovers n where n.centre_id = h.centre_id and n.id > h.id)
    ) as until
from handovers h
where h.id = %(id)s;

-- after --
-- A centre's handovers after a mark, the earliest first, each as find gives it.
select h.id, h.sources, h.since,
    coalesce(
        h.until,
        (select min(n.until) from handovers n where n.centre_id = h.centre_id and n.id > h.id)
    ) as until
from handovers h
where h.centre_id = %(centre_id)s and h.id > %(after)s
order by h.id;

-- forget --
-- Handovers that every inbox has read by now; the last one stays.
delete from handovers h
where h.centre_id = %(centre_id)s and h.since < %(before)s
  and exists (select from handovers n where n.centre_id = h.centre_id and n.id > h.id);

-- copies --
-- Select the messages that the session stored or quarantined for sources around a time, in the
-- order of arrival. A message of which a part was set aside is one message, and stored.
select source_id, topic, payload, retained, received_at, null::uuid as quarantine_id,
    null::integer as number
from messages
where source_id = any(%(source_ids)s)
  and received_at >= %(since)s and received_at <= %(until)s
union all
select source_id, topic, payload, retained, received_at, quarantine_id, number
from quarantined_messages q
where source_id = any(%(source_ids)s)
  and received_at >= %(since)s and received_at <= %(until)s
  and not exists (
    select from messages m
    where m.source_id = q.source_id and m.received_at = q.received_at
      and m.topic = q.topic and m.payload = q.payload
  )
order by received_at;

-- begin_source --
-- Insert the instant from which the words of a source's device count.
insert into source_beginnings (source_id, centre_id, counts_from, set_by)
values (%(source_id)s, %(centre_id)s, %(counts_from)s, %(set_by)s);

-- beginnings --
-- Select when sources were bound, and from when the words of their devices count.
select s.id, min(t.recorded_at) as bound_at, min(b.counts_from) as counts_from
from sources s
join source_settings t on t.source_id = s.id
left join source_beginnings b on b.source_id = s.id
where s.id = any(%(source_ids)s)
group by s.id;

-- ends --
-- Select when sources were unbound, and when the last of their devices' other bindings to another
-- machine was; nothing of devices that were never unbound.
select s.id, s.retired_at, max(r.retired_at) as earlier
from sources s
join sources r on r.centre_id = s.centre_id and r.dialect = s.dialect and r.base = s.base
    and r.machine_id <> s.machine_id
where s.id = any(%(source_ids)s) and (s.retired_at is not null or r.retired_at is not null)
group by s.id;

-- in_order --
-- Select sources with the end of each, the first that ended first; who lasts is last.
select id, retired_at
from sources
where id = any(%(source_ids)s)
order by retired_at nulls last;
