-- insert --
-- A limit from an instant on.
insert into channel_limits (id, centre_id, machine_id, name, channel, part, side, bound, returns_at,
    delay_seconds, silence_seconds, since, set_by)
values (%(id)s, %(centre_id)s, %(machine_id)s, %(name)s, %(channel)s, %(part)s, %(side)s, %(bound)s,
    %(returns_at)s, %(delay_seconds)s, %(silence_seconds)s, %(since)s, %(set_by)s);

-- finish --
-- End a limit, once.
update channel_limits
set ended_at = %(ended_at)s, ended_by = %(ended_by)s
where id = %(id)s and machine_id = %(machine_id)s and ended_at is null;

-- of_machines --
-- The limits of some machines that are watched.
select id, centre_id, machine_id, name, channel, part, side, bound, returns_at, delay_seconds,
    silence_seconds, since
from channel_limits
where machine_id = any(%(machine_ids)s) and ended_at is null
order by machine_id, since, id;

-- centres --
-- The centres that have a limit which is watched.
select distinct centre_id
from channel_limits
where ended_at is null
order by centre_id;

-- of_centre --
-- The limits of a centre that are watched, locked until the transaction ends.
select id, centre_id, machine_id, name, channel, part, side, bound, returns_at, delay_seconds,
    silence_seconds, since
from channel_limits
where centre_id = %(centre_id)s and ended_at is null
order by id
for update;

-- judged --
-- The instants up to which a limit was judged.
select judged_until, recorded_before
from limit_judgements
where limit_id = %(limit_id)s;

-- set_judged --
-- A limit is judged up to these instants.
insert into limit_judgements (limit_id, centre_id, judged_until, recorded_before)
values (%(limit_id)s, %(centre_id)s, %(judged_until)s, %(recorded_before)s)
on conflict (limit_id) do update
set judged_until = excluded.judged_until, recorded_before = excluded.recorded_before;

-- earliest_new --
-- The earliest instant of the readings that were recorded between two instants. The fence keeps
-- the planner from reading all signals of the machine.
select min(event_time) as earliest
from (
    select event_time, machine_id, channel, part
    from signals
    where recorded_at >= %(recorded_since)s
      and recorded_at < %(recorded_before)s
      and event_time >= %(since)s
      and number is not null
      and time_rule <> 'retained'
    offset 0
) s
where machine_id = %(machine_id)s and channel = %(channel)s and part = %(part)s;

-- readings --
-- The readings of a channel in a stretch of time, both ends included.
select event_time as at, number
from trusted_signals(%(recorded_before)s)
where machine_id = %(machine_id)s
  and channel = %(channel)s
  and part = %(part)s
  and number is not null
  and time_rule <> 'retained'
  and event_time >= %(since)s
  and event_time <= %(until)s
order by event_time, received_at, message_id, ordinal;

-- last_reading --
-- The last reading of a channel before an instant, and not before another.
select event_time as at, number
from trusted_signals(%(recorded_before)s)
where machine_id = %(machine_id)s
  and channel = %(channel)s
  and part = %(part)s
  and number is not null
  and time_rule <> 'retained'
  and event_time >= %(since)s
  and event_time < %(until)s
order by event_time desc, received_at desc, message_id desc, ordinal desc
limit 1;

-- numbered_parts --
-- The channels and parts of a machine that gave a number since an instant.
select distinct channel, part
from signals
where machine_id = %(machine_id)s and event_time >= %(since)s and number is not null
order by channel, part;

-- in_force --
-- The limits of a machine that were watched at some time of a stretch.
select id, centre_id, machine_id, name, channel, part, side, bound, returns_at, delay_seconds,
    silence_seconds, since, ended_at
from channel_limits
where machine_id = %(machine_id)s
  and since < %(until)s
  and (ended_at is null or ended_at > %(since)s)
order by since, id;

-- climate_readings --
-- The numbers that a room's sensor gave on some channels in a stretch of time.
select channel, part, event_time as at, number
from trusted_signals(%(recorded_before)s)
where machine_id = %(machine_id)s
  and channel = any(%(channels)s)
  and number is not null
  and time_rule <> 'retained'
  and event_time >= %(since)s
  and event_time < %(until)s
order by event_time, received_at, message_id, ordinal;
