-- stage --
-- Create the table of a batch until its comparison with known messages; private to the connection,
-- emptied by the commit.
select stage_incoming();

-- copy_messages --
-- The batch's messages, streamed.
copy incoming_messages (id, centre_id, machine_id, source_id, topic, payload, qos,
    retained, is_repeated, is_timeless, received_at, key, digest, boot, seq, spoke_from,
    spoke_until, trailed)
from stdin;

-- copy_signals --
-- Copy the signals of the messages.
copy incoming_signals (message_id, centre_id, machine_id, source_id, channel, event_time,
    time_rule, received_at, ordinal, qos, text_value, number, part, uncertain_seconds)
from stdin;

-- insert_new --
-- Stores what is new. The key table decides, not the clock: a corrected clock or a replay is no
-- second message. The machines whose runs this touches are marked in the same breath.
with fresh as (
    insert into message_keys (centre_id, source_id, key, digest, boot, seq, recorded_on)
    -- Only a number can come again with other words; any other key holds the words itself.
    select centre_id, source_id, key, case when seq is null then '' else digest end, boot, seq,
        (%(recorded_at)s::timestamptz at time zone 'utc')::date
    from incoming_messages i
    -- Keys of these numbers were deleted (forget_keys): whether one came before is known no more.
    where not exists (
        select from sequence_positions p
        where p.source_id = i.source_id and p.boot = i.boot and i.seq <= p.pruned_upto
    )
    order by source_id, key
    on conflict do nothing
    returning source_id, key
),
stored as (
    insert into messages (id, centre_id, machine_id, source_id, topic, payload, qos, retained,
        received_at, recorded_at)
    select id, centre_id, machine_id, source_id, topic, payload, qos, retained, received_at,
        %(recorded_at)s
    from incoming_messages i
    where (i.is_timeless and not i.is_repeated)
       or exists (select from fresh f where f.source_id = i.source_id and f.key = i.key)
    returning id
),
late as (
    insert into late_words (message_id, centre_id, machine_id, source_id, event_time, spoke_until,
        trailed, recorded_at)
    select i.id, i.centre_id, i.machine_id, i.source_id, i.spoke_from, i.spoke_until, i.trailed,
        %(recorded_at)s
    from incoming_messages i
    join stored on stored.id = i.id
    where i.trailed is not null
),
meant as (
    insert into signals (centre_id, machine_id, source_id, channel, event_time, time_rule,
        received_at, recorded_at, message_id, ordinal, qos, text_value, number, part,
        uncertain_seconds)
    select s.centre_id, s.machine_id, s.source_id, s.channel, s.event_time, s.time_rule,
        s.received_at, %(recorded_at)s, s.message_id, s.ordinal, s.qos, s.text_value, s.number,
        s.part, s.uncertain_seconds
    from incoming_signals s
    join stored on stored.id = s.message_id
    returning centre_id, machine_id, source_id, channel, part, event_time
),
parts as (
    insert into signal_parts (centre_id, source_id, channel, part)
    select distinct centre_id, source_id, channel, part
    from meant
    where part <> ''
    order by source_id, channel, part
    on conflict do nothing
),
spoken as (
    select machine_id, centre_id, min(event_time) as since
    from meant
    group by machine_id, centre_id
),
-- A mark that stands is kept until these signals are committed. One that a derivation is taking is
-- not waited for.
standing as (
    select m.machine_id
    from derivation_marks m
    join spoken on spoken.machine_id = m.machine_id and m.since <= spoken.since
    for key share of m skip locked
),
marked as (
    insert into derivation_marks (machine_id, centre_id, since)
    select machine_id, centre_id, since
    from spoken
    where not exists (select from standing where standing.machine_id = spoken.machine_id)
    order by machine_id
    returning machine_id
)
select
    (select count(*) from stored) as stored,
    (select count(*) from meant) as signals,
    (select count(*) from marked) as marks;

-- conflicts --
-- Select numbered messages to be set aside: their number is known with other words, or was
-- forgotten. The lateral fence (offset 0) keeps the planner, which knows no size of a temporary
-- table, from reading every key there is.
select i.centre_id, i.source_id, i.topic, i.payload, i.received_at,
    known.digest is null as is_forgotten
from incoming_messages i
left join lateral (
    select k.digest
    from message_keys k
    where k.source_id = i.source_id and k.key = i.key
    offset 0
) known on true
where i.seq is not null and known.digest is distinct from i.digest;

-- advance --
-- Moves each sender's watermark to the last number before the first that is missing: over the
-- numbers of this batch at once, and then one by one over those that were stored before.
with recursive counted as (
    select centre_id, machine_id, source_id, boot, min(seq) as lowest, max(seq) as highest,
        max(spoke_until) filter (where trailed is null) as spoke_until
    from incoming_messages
    where seq is not null
    group by centre_id, machine_id, source_id, boot
),
known as (
    select c.centre_id, c.machine_id, c.source_id, c.boot, p.gap_since,
        coalesce(p.upto, c.lowest - 1) as upto,
        greatest(p.highest, c.highest) as highest,
        greatest(p.said_until, c.spoke_until) as said_until,
        coalesce(p.gap_after, p.said_until) as gap_after
    from counted c
    left join sequence_positions p on p.source_id = c.source_id and p.boot = c.boot
),
ranges as (
    select source_id, boot, min(seq) as lowest, max(seq) as highest
    from (
        select source_id, boot, seq,
            seq - dense_rank() over (partition by source_id, boot order by seq) as apart
        from incoming_messages i
        -- A forgotten number was not stored.
        where seq is not null and not exists (
            select from sequence_positions p
            where p.source_id = i.source_id and p.boot = i.boot and i.seq <= p.pruned_upto
        )
    ) numbered
    group by source_id, boot, apart
),
walked as (
    select k.source_id, k.boot, k.highest, coalesce(r.highest, k.upto) as reached
    from known k
    left join ranges r on r.source_id = k.source_id and r.boot = k.boot
        and k.upto + 1 between r.lowest and r.highest
    union all
    select w.source_id, w.boot, w.highest, w.reached + 1
    from walked w
    cross join lateral (
        select k.seq
        from message_keys k
        -- The key of a number, as gadong.machines.domain.message writes it.
        where k.source_id = w.source_id
          and k.key = convert_to('n ' || w.boot || ' ' || (w.reached + 1), 'UTF8')
        offset 0
    ) following
    where w.reached < w.highest
),
moved as (
    select source_id, boot, max(reached) as reached
    from walked
    group by source_id, boot
)
insert into sequence_positions (centre_id, machine_id, source_id, boot, upto, highest, gap_since,
    begun_at, said_until, gap_after)
select n.centre_id, n.machine_id, n.source_id, n.boot, m.reached, greatest(n.highest, m.reached),
    case when m.reached < n.highest then coalesce(n.gap_since, %(recorded_at)s) end,
    %(recorded_at)s, n.said_until, case when m.reached < n.highest then n.gap_after end
from known n
join moved m on m.source_id = n.source_id and m.boot = n.boot
order by n.source_id, n.boot
on conflict (source_id, boot) do update
set upto = excluded.upto, highest = excluded.highest, gap_since = excluded.gap_since,
    said_until = excluded.said_until, gap_after = excluded.gap_after
returning source_id, boot, upto;

-- heard --
-- The live part of a machine's state that needs no derivation. An older word never overwrites a
-- newer one.
insert into live_states (machine_id, centre_id, state, since, job, progress, power_watts, ends_at,
    heard_at, updated_at)
values (%(machine_id)s, %(centre_id)s, 'unknown', %(heard_at)s, %(job)s, %(progress)s,
    %(power_watts)s, %(ends_at)s, %(heard_at)s, now())
on conflict (machine_id) do update
set job = coalesce(excluded.job, live_states.job),
    progress = coalesce(excluded.progress, live_states.progress),
    power_watts = coalesce(excluded.power_watts, live_states.power_watts),
    ends_at = coalesce(excluded.ends_at, live_states.ends_at),
    heard_at = excluded.heard_at,
    updated_at = now()
-- By the second: many devices' clocks know no more, and would lose against an arrival in the same
-- second.
where live_states.heard_at is null
    or date_trunc('second', live_states.heard_at) <= excluded.heard_at;

-- message --
-- One message as it was received.
select id, centre_id, machine_id, source_id, topic, payload, qos, retained, received_at, recorded_at
from messages
where id = %(id)s;

-- signals_of --
-- Select the signals of one message.
select channel, part, event_time, time_rule, uncertain_seconds, text_value, number
from signals
where message_id = %(id)s and machine_id = %(machine_id)s
  and event_time between %(received_at)s::timestamptz - interval '46 days'
      and %(received_at)s::timestamptz + interval '1 day'
order by ordinal;

-- signals_of_many --
-- Select the signals of several messages. A message that a queue held for longer than an hour
-- speaks of a time before that and is left out: it would cost a search through weeks.
select m.id as message_id, s.channel, s.part, s.event_time, s.time_rule, s.uncertain_seconds,
    s.text_value, s.number
from messages m
join signals s on s.message_id = m.id and s.machine_id = m.machine_id
  and s.event_time between m.received_at - interval '1 hour'
      and m.received_at + interval '1 minute'
where m.id = any(%(ids)s)
order by s.event_time, s.message_id, s.ordinal;

-- told_since --
-- Select the messages of a centre's sources after one, in the order of arrival: ids rise with time.
select m.id, m.topic, m.payload, m.received_at, c.slug as machine, m.machine_id
from messages m
join machines c on c.id = m.machine_id
where m.centre_id = %(centre_id)s and m.id > %(after)s and m.received_at > now() - interval '1 hour'
order by m.id
limit 500;

-- count_noise --
-- A source said again what means nothing.
insert into source_noise (centre_id, source_id, kind, times, last_at)
values (%(centre_id)s, %(source_id)s, %(kind)s, %(times)s, now())
on conflict (source_id, kind) do update
set times = source_noise.times + excluded.times, last_at = excluded.last_at;

-- noise --
-- Select the counts of sources' messages without meaning, by kind.
select source_id, kind, times
from source_noise
where source_id = any(%(source_ids)s)
order by source_id, kind;

-- forget_keys --
-- Delete the keys from before a day; of numbers it stays known up to where they were deleted.
with gone as (
    delete from message_keys
    where recorded_on < %(before)s
    returning source_id, boot, seq
),
reached as (
    select source_id, boot, max(seq) as seq
    from gone
    where seq is not null
    group by source_id, boot
),
noted as (
    update sequence_positions p
    set pruned_upto = greatest(p.pruned_upto, r.seq)
    from reached r
    where p.source_id = r.source_id and p.boot = r.boot
)
select count(*) as gone
from gone;
