-- insert --
-- Insert the inputs of a document once; a second insert changes nothing.
insert into statement_evidence (id, centre_id, statement_id, correction_id, body, digest, origin,
    link, stored_at)
values (%(id)s, %(centre_id)s, %(statement_id)s, %(correction_id)s, %(body)s, %(digest)s,
    %(origin)s, %(link)s, clock_timestamp())
on conflict do nothing;

-- find --
-- A statement's own evidence, or that of one of its corrections.
select body, digest, origin, link, stored_at
from statement_evidence
where statement_id = %(statement_id)s and correction_id is not distinct from %(correction_id)s;

-- statements_without --
-- Issued statements whose evidence, or that of a correction, is not kept yet; the earliest month
-- first.
select s.id
from statements s
where s.state in ('issued', 'void')
  and (
      not exists (select from statement_evidence e
          where e.statement_id = s.id and e.correction_id is null)
      or exists (
          select from corrections c
          where c.statement_id = s.id and not exists (select from statement_evidence e
              where e.correction_id = c.id)
      )
  )
order by s.month, s.number
limit %(most)s;

-- heard --
-- Count the signals in each of some stretches of machines, as known before an instant, with one
-- digest of every signal and its message, in the order of the clock. The hull of the stretches, and
-- a message's own arrival, leave the other chunks unread. The offsets keep the planner from reading
-- and digesting all signals once, or all messages for each stretch, to join them.
select w.ordinal, count(s.message_id) as signals,
    sha256(coalesce(string_agg(s.said, ''::bytea
        order by s.event_time, s.message_id, s.ordinal, s.channel, s.part), '')) as digest
from unnest(%(machine_ids)s::uuid[], %(starts)s::timestamptz[], %(ends)s::timestamptz[])
    with ordinality w (machine_id, since, until, ordinal)
left join lateral (
    select g.event_time, g.message_id, g.ordinal, g.channel, g.part,
        sha256(
            convert_to(
                concat_ws(
                    chr(31), g.message_id, g.source_id, g.channel, g.part, g.event_time,
                    g.time_rule, g.received_at, g.ordinal, g.qos, coalesce(g.text_value, ''),
                    coalesce(g.number::text, ''), g.uncertain_seconds, coalesce(m.topic, '')
                ),
                'UTF8'
            ) || coalesce(m.payload, ''::bytea)
        ) as said
    from signals g
    left join lateral (
        select x.topic, x.payload
        from messages x
        where x.id = g.message_id and x.received_at = g.received_at
        offset 0
    ) m on true
    where g.machine_id = w.machine_id
      and g.event_time >= w.since and g.event_time < w.until
      and g.event_time >= %(since)s and g.event_time < %(until)s
      and g.recorded_at < %(recorded_before)s
    offset 0
) s on true
group by w.ordinal
order by w.ordinal;

-- messages --
-- Some messages as they were received.
select id, source_id, topic, payload, received_at, recorded_at
from messages
where id = any(%(ids)s)
order by received_at, id;

-- booking_steps --
-- The history of some bookings, as known before an instant.
select booking_id, version, action, actor_id, reason, recorded_at
from booking_events
where booking_id = any(%(booking_ids)s) and recorded_at < %(recorded_before)s
order by booking_id, version;

-- signals_begin --
-- Since when signals are whole.
select signals_begin() as at;

-- retired --
-- Before which instant signals were dropped.
select before
from retired_signals;

-- horizon --
-- The earliest instant on which a statement that is still open rests; null where none is. One of
-- the rest of a month rests on all of it: what was billed before has used free time and tiers.
select min(
    (document -> 'period' ->> 'start')::timestamptz
        - case when since is null then interval '31 days' else interval '62 days' end
) as at
from statements
where state in ('draft', 'checking', 'approved');

-- is_statement_recorded --
-- Whether a statement's row is as its latest entry of the audit left it. Older entries know no
-- stretch of a month.
select coalesce((
    select e.after = audit_digest(audit_facts(to_jsonb(s), '{}')) or (
        s.since is null and s.until is null
        and e.after = audit_digest(audit_facts(to_jsonb(s), '{since,until}'))
    )
    from audit_entries e
    where e.what = 'statements' and e.which = s.id::text and e.after is not null
    order by e.number desc
    limit 1
), false) as is_recorded
from statements s
where s.id = %(id)s;

-- is_correction_recorded --
-- Whether a correction's row is as its latest entry of the audit left it.
select coalesce((
    select e.after = audit_digest(audit_facts(to_jsonb(c), '{}'))
    from audit_entries e
    where e.what = 'corrections' and e.which = c.id::text and e.after is not null
    order by e.number desc
    limit 1
), false) as is_recorded
from corrections c
where c.id = %(id)s;
