-- following --
-- When the word that follows each instant arrived, of what a source said in its turn: words that
-- came late count for nothing here, or one of them would excuse the next.
select asked.place, next.received_at
from unnest(%(places)s::int[], %(machine_ids)s::uuid[], %(source_ids)s::uuid[],
    %(instants)s::timestamptz[])
    as asked(place, machine_id, source_id, at)
cross join lateral (
    select s.received_at
    from signals s
    where s.machine_id = asked.machine_id and s.source_id = asked.source_id
        and s.event_time > asked.at
      and s.channel = any(%(channels)s) and s.time_rule <> 'retained'
      and not exists (select from late_words l where l.message_id = s.message_id)
    order by s.event_time, s.received_at
    limit 1
) next;

-- senders --
-- The boots of some sources: how far each has come, and what it spoke of in its turn.
select p.source_id, p.boot, p.highest, p.said_until, p.gap_after
from sequence_positions p
join unnest(%(source_ids)s::uuid[], %(boots)s::text[]) as asked(source_id, boot)
    on asked.source_id = p.source_id and asked.boot = p.boot;

-- begun_since --
-- A source for each boot that began after an instant.
select source_id
from sequence_positions
where source_id = any(%(source_ids)s) and begun_at > %(since)s;

-- of_machine --
-- The messages about a machine's time that came late, and how long before them their source had
-- said more.
select message_id, source_id, trailed
from late_words
where machine_id = %(machine_id)s and event_time < %(until)s and spoke_until >= %(since)s
  and recorded_at < %(recorded_before)s;

-- tell --
-- People are told of a machine's contradictions by day and cause; nothing is returned where they
-- were.
insert into contradictions_told (centre_id, machine_id, day, cause)
values (%(centre_id)s, %(machine_id)s, %(day)s, %(cause)s)
on conflict (machine_id, day, cause) do nothing
returning day;
