-- lock_machine --
-- One derivation of a machine at a time.
select pg_advisory_xact_lock(hashtextextended('metering ' || %(machine_id)s::uuid, 0));

-- signals --
-- A machine's metered signals in a stretch of time, as known before an instant.
select source_id, message_id, channel, part, event_time, received_at, time_rule, uncertain_seconds,
    qos, ordinal, text_value as text, number
from trusted_signals(%(recorded_before)s)
where machine_id = %(machine_id)s
  and channel = any(%(channels)s)
  and event_time >= %(since)s and event_time < %(until)s
order by event_time;

-- sparse_signals --
-- The same without what some sources merely repeat (ADR 22). A repetition stands after two of the
-- same word, on the same channel and part, with the same rule and QoS, and before one: the first
-- after a word that is no longer known may be read as the end of a blip alone, and the second then
-- says it. It is kept where it is the first of its step, so that no silence appears that was none;
-- after every word on the link and every outage the words count anew, and so does the first that
-- arrived after a link was said to be down, since it proves that the link is back.
with told as (
    select s.*, t.id is not null and s.channel = any(%(repeated)s) as is_sparse, t.step,
        count(*) filter (where s.channel = 'link') over said
            + width_bucket(s.event_time, %(breaks)s::timestamptz[]) as stretch,
        max(s.received_at) filter (where s.channel = 'link' and s.text_value = 'down') over said
            as down_at
    from trusted_signals(%(recorded_before)s) s
    left join unnest(%(sparse)s::uuid[], %(steps)s::interval[]) as t(id, step) on t.id = s.source_id
    where s.machine_id = %(machine_id)s
      and s.channel = any(%(channels)s)
      and s.event_time >= %(since)s and s.event_time < %(until)s
    window said as (partition by s.source_id
        order by s.event_time, s.received_at, s.message_id, s.ordinal)
),
beside as (
    select *,
        lag(text_value) over word = text_value and lag(time_rule) over word = time_rule
            and lag(qos) over word = qos
            and lag(text_value, 2) over word = text_value
                and lag(time_rule, 2) over word = time_rule
            and lead(text_value) over word = text_value and lead(time_rule) over word = time_rule
            and lead(qos) over word = qos as is_repeated,
        lag(received_at) over word as received_before,
        event_time - lag(event_time) over word as after_last,
        lead(event_time) over word - event_time as before_next,
        floor(extract(epoch from event_time) / extract(epoch from step))
            = floor(extract(epoch from lag(event_time) over word) / extract(epoch from step))
                as is_same_step
    from told
    window word as (
        partition by source_id, channel, part, stretch
            order by event_time, received_at, message_id, ordinal)
)
select source_id, message_id, channel, part, event_time, received_at, time_rule, uncertain_seconds,
    qos, ordinal, text_value as text, number
from beside
where not (is_sparse and coalesce(
    is_repeated and (down_at is null or received_before > down_at)
    and (step is null or (is_same_step and after_last <= step and before_next <= step)),
    false))
order by event_time;

-- seeds --
-- Select the signals that still hold when a stretch of time begins.
-- They are the last value on every channel and part of every source before it. For a link they
-- include the first of the downs that the last up ended, whose length decides the up's meaning.
-- For a condition they include the first fault that still holds, and the last run and stop of
-- each part: the two together tell whether the fault stopped the machine.
with source as (
    select unnest(%(source_ids)s::uuid[]) as id
),
spoken as (
    select source.id as source_id, channel.name as channel, '' as part
    from source
    cross join unnest(%(channels)s::text[]) as channel(name)
    union all
    select p.source_id, p.channel, p.part
    from signal_parts p
    join source on source.id = p.source_id
),
last_word as (
    select s.*
    from spoken
    cross join lateral (
        select *
        from trusted_signals(%(recorded_before)s)
        where source_id = spoken.source_id
          and channel = spoken.channel
          and part = spoken.part
          and event_time < %(since)s
          and (time_rule <> 'retained' or spoken.channel = 'link')
        order by event_time desc, received_at desc, message_id desc, ordinal desc
        limit 1
    ) s
),
last_down as (
    select source.id, d.event_time
    from source
    cross join lateral (
        select event_time
        from trusted_signals(%(recorded_before)s)
        where source_id = source.id and channel = 'link' and text_value = 'down'
          and event_time < %(since)s
        order by event_time desc
        limit 1
    ) d
),
first_down as (
    select f.*
    from last_down
    cross join lateral (
        select *
        from trusted_signals(%(recorded_before)s)
        where source_id = last_down.id and channel = 'link' and text_value = 'down'
          and event_time <= last_down.event_time
          and event_time > coalesce((
              select max(event_time)
              from trusted_signals(%(recorded_before)s)
              where source_id = last_down.id and channel = 'link' and text_value = 'up'
                and event_time < last_down.event_time
          ), '-infinity')
        order by event_time, received_at, message_id, ordinal
        limit 1
    ) f
),
first_fault as (
    select f.*
    from spoken
    cross join lateral (
        select *
        from trusted_signals(%(recorded_before)s)
        where source_id = spoken.source_id and channel = 'condition' and part = spoken.part
            and text_value = 'fault'
          and event_time < %(since)s and time_rule <> 'retained'
          and event_time > coalesce((
              select max(event_time)
              from trusted_signals(%(recorded_before)s)
              where source_id = spoken.source_id and channel = 'condition' and part = spoken.part
                and text_value <> 'fault' and time_rule <> 'retained'
                and event_time < %(since)s
          ), '-infinity')
        order by event_time, received_at, message_id, ordinal
        limit 1
    ) f
    where spoken.channel = 'condition'
),
last_ran as (
    select r.*
    from spoken
    cross join lateral (
        select *
        from trusted_signals(%(recorded_before)s)
        where source_id = spoken.source_id and channel = 'activity' and part = spoken.part
          and text_value = 'running'
          and event_time < %(since)s and time_rule <> 'retained'
        order by event_time desc, received_at desc, message_id desc, ordinal desc
        limit 1
    ) r
    where spoken.channel = 'activity'
),
then_ceased as (
    select c.*
    from last_ran
    cross join lateral (
        select *
        from trusted_signals(%(recorded_before)s)
        where source_id = last_ran.source_id and channel = 'activity' and part = last_ran.part
          and (event_time, received_at, message_id, ordinal)
              > (last_ran.event_time, last_ran.received_at, last_ran.message_id, last_ran.ordinal)
          and event_time < %(since)s and time_rule <> 'retained'
        order by event_time, received_at, message_id, ordinal
        limit 1
    ) c
)
select source_id, message_id, channel, part, event_time, received_at, time_rule, uncertain_seconds,
    qos, ordinal, text_value as text, number
from last_word
union
select source_id, message_id, channel, part, event_time, received_at, time_rule, uncertain_seconds,
    qos, ordinal, text_value as text, number
from first_down
union
select source_id, message_id, channel, part, event_time, received_at, time_rule, uncertain_seconds,
    qos, ordinal, text_value as text, number
from first_fault
union
select source_id, message_id, channel, part, event_time, received_at, time_rule, uncertain_seconds,
    qos, ordinal, text_value as text, number
from last_ran
union
select source_id, message_id, channel, part, event_time, received_at, time_rule, uncertain_seconds,
    qos, ordinal, text_value as text, number
from then_ceased;

-- first_signal --
-- When a machine was first heard.
select event_time as at
from trusted_signals(%(recorded_before)s)
where machine_id = %(machine_id)s
order by event_time
limit 1;

-- first_signal_within --
-- When a machine was first heard in a period.
select event_time as at
from trusted_signals(%(recorded_before)s)
where machine_id = %(machine_id)s and event_time >= %(since)s and event_time < %(until)s
order by event_time
limit 1;

-- last_signal --
-- When a machine was last heard, trusted or not.
select event_time as at
from signals
where machine_id = %(machine_id)s
order by event_time desc
limit 1;

-- before --
-- The start of the run before the one that contains an instant: from there on everything is derived
-- again.
select lower(during) as start
from runs
where machine_id = %(machine_id)s and lower(during) <= %(at)s
order by during desc
offset 1
limit 1;

-- latest_at --
-- The run that contains an instant, and the one before it.
select during, state, grade, opened_by, held_from, counted_seconds, uncertain_seconds,
    bridged_seconds, doubt_cause, doubt_during, doubt_seconds
from runs
where machine_id = %(machine_id)s and lower(during) <= %(at)s
order by during desc
limit 2;

-- delete_from --
-- Derived rows go before they are made again.
delete from runs
where machine_id = %(machine_id)s and (upper_inf(during) or upper(during) > %(since)s);

-- ending_at --
-- The run that ends where the new ones begin; the two are one if their state is the same.
select during, state, grade, opened_by, held_from, counted_seconds, uncertain_seconds,
    bridged_seconds, doubt_cause, doubt_during, doubt_seconds
from runs
where machine_id = %(machine_id)s and upper(during) = %(at)s;

-- insert --
-- A run as derived.
insert into runs (centre_id, machine_id, during, state, grade, opened_by, held_from,
    counted_seconds, uncertain_seconds, bridged_seconds, doubt_cause, doubt_during, doubt_seconds)
values (%(centre_id)s, %(machine_id)s, %(during)s, %(state)s, %(grade)s,
    %(opened_by)s, %(held_from)s, %(counted_seconds)s, %(uncertain_seconds)s, %(bridged_seconds)s,
    %(doubt_cause)s, %(doubt_during)s, %(doubt_seconds)s);

-- job_at --
-- The job that lasted at an instant, or ended at it.
select during, is_start_known, name, result
from jobs
where machine_id = %(machine_id)s and lower(during) < %(at)s
    and (upper_inf(during) or upper(during) >= %(at)s)
order by during desc
limit 1;

-- delete_jobs_from --
-- Derived rows go before they are made again.
delete from jobs
where machine_id = %(machine_id)s and (upper_inf(during) or upper(during) >= %(since)s);

-- insert_job --
-- A job as derived.
insert into jobs (centre_id, machine_id, during, is_start_known, name, result)
values (%(centre_id)s, %(machine_id)s, %(during)s, %(is_start_known)s, %(name)s, %(result)s);

-- raise_job --
-- A job began or ended, unless that was told of it before or is too long ago to be news: what is
-- learned late is in the jobs, and no event.
insert into job_events (centre_id, machine_id, kind, at, name, result)
select %(centre_id)s, %(machine_id)s, %(kind)s, %(at)s, %(name)s, %(result)s
where %(at)s::timestamptz > clock_timestamp() - make_interval(secs => %(news_seconds)s)
  and not exists (
      select from job_events
      where machine_id = %(machine_id)s and kind = %(kind)s and at >= %(since)s and at <= %(until)s
  )
on conflict do nothing;

-- jobs_of_machine --
-- A machine's jobs that reach into a stretch of time, in order.
select during, is_start_known, name, result
from jobs
where machine_id = %(machine_id)s and during && %(during)s
order by during;

-- running_of --
-- When each of some machines ran in a stretch of time.
select machine_id, during
from runs
where machine_id = any(%(machine_ids)s) and state = 'running' and during && %(during)s
order by machine_id, during;

-- of_machine --
-- A machine's runs that reach into a stretch of time, in order.
select during, state, grade, opened_by, held_from, counted_seconds, uncertain_seconds,
    bridged_seconds, doubt_cause, doubt_during, doubt_seconds
from runs
where machine_id = %(machine_id)s and during && %(during)s
order by during;

-- of_machines --
-- The runs of some machines that reach into a stretch of time, in order.
select machine_id, during, state, grade, opened_by, held_from, counted_seconds, uncertain_seconds,
    bridged_seconds, doubt_cause, doubt_during, doubt_seconds
from runs
where machine_id = any(%(machine_ids)s) and during && %(during)s
order by machine_id, during;

-- jobs_of_machines --
-- The jobs of some machines that reach into a stretch of time, in order.
select machine_id, during, is_start_known, name, result
from jobs
where machine_id = any(%(machine_ids)s) and during && %(during)s
order by machine_id, during;

-- set_live --
-- The derived part of a machine's live state.
insert into live_states (machine_id, centre_id, state, since, holds_until, power_watts, updated_at)
values (%(machine_id)s, %(centre_id)s, %(state)s, %(since)s, %(holds_until)s,
    %(power_watts)s, now())
on conflict (machine_id) do update
set state = excluded.state, since = excluded.since, holds_until = excluded.holds_until,
    power_watts = case when %(is_metered)s then excluded.power_watts
        else live_states.power_watts end,
    updated_at = now();

-- live --
-- The live states of some machines. One whose time is over is unknown, since the instant from which
-- the runs say so.
select machine_id,
    case when holds_until < now() then 'unknown' else state end as state,
    case
        when holds_until < now() then coalesce((
            select lower(r.during)
            from runs r
            where r.machine_id = live_states.machine_id and r.during @> live_states.holds_until
        ), holds_until)
        else since
    end as since,
    job, progress, case when holds_until < now() then null else power_watts end as power_watts,
    case
        when state in ('running', 'paused') and (holds_until is null or holds_until >= now())
            then ends_at
    end as ends_at,
    heard_at
from live_states
where machine_id = any(%(machine_ids)s);

-- waiting --
-- Count the machines that have been due since before an instant, or that failed.
select count(distinct machine_id) as machines
from derivation_marks
where marked_at < %(older_than)s or marked_at > clock_timestamp();

-- running --
-- The machines that run at this moment.
select machine_id
from live_states
where state = 'running'
order by machine_id;

-- tell_ghost --
-- Managers are told of a run without a booking, or nothing is returned where they were.
insert into ghost_runs_told (centre_id, machine_id, since)
values (%(centre_id)s, %(machine_id)s, %(since)s)
on conflict (machine_id, since) do nothing
returning since;
