-- put --
-- Insert or replace a machine's interlock.
insert into interlocks (machine_id, centre_id, source_id, fails, quiet, cool_below, shares_circuit,
    set_by, set_at)
values (%(machine_id)s, %(centre_id)s, %(source_id)s, %(fails)s, %(quiet)s, %(cool_below)s,
    %(shares_circuit)s, %(set_by)s, %(set_at)s)
on conflict (machine_id) do update
set source_id = excluded.source_id,
    fails = excluded.fails,
    quiet = excluded.quiet,
    cool_below = excluded.cool_below,
    shares_circuit = excluded.shares_circuit,
    set_by = excluded.set_by,
    set_at = excluded.set_at,
    alarm = null,
    alarmed_at = null;

-- remove --
-- Delete a machine's interlock; its commands stay.
delete from interlocks
where machine_id = %(machine_id)s;

-- of_centre --
-- Select a centre's interlocks whose machine and device are not retired.
select i.machine_id, i.centre_id, i.source_id, i.fails, i.quiet, i.cool_below, i.shares_circuit,
    i.set_at
from interlocks i
join machines m on m.id = i.machine_id
join sources s on s.id = i.source_id
where i.centre_id = %(centre_id)s and m.retired_at is null and s.retired_at is null
order by i.machine_id;

-- of_machine --
-- Select a machine's interlock and the alarm that managers last received.
select machine_id, centre_id, source_id, fails, quiet, cool_below, shares_circuit, set_at, alarm
from interlocks
where machine_id = %(machine_id)s;

-- machine_of_source --
-- Select the machine whose interlock a source holds.
select machine_id
from interlocks
where source_id = %(source_id)s;

-- raise_alarm --
-- Record an alarm; return no row if it is the same as before.
update interlocks
set alarm = %(alarm)s, alarmed_at = %(at)s
where machine_id = %(machine_id)s and alarm is distinct from %(alarm)s
returning machine_id;

-- hold --
-- Insert a manager's hold on an interlock, or its end.
insert into interlock_holds (id, centre_id, machine_id, is_held, latch, reason, held_by, at)
values (%(id)s, %(centre_id)s, %(machine_id)s, %(is_held)s, %(latch)s, %(reason)s, %(by)s, %(at)s);

-- current_holds --
-- Select the present hold of each machine.
select machine_id, latch, reason, held_by, at
from (
    select distinct on (machine_id) machine_id, is_held, latch, reason, held_by, at
    from interlock_holds
    where machine_id = any(%(machine_ids)s)
    order by machine_id, at desc, id desc
) last
where is_held;

-- checked_in_rights --
-- Select the machines' bookings that are checked in and not over.
select machine_id, id as booking_id, checked_in_at as since
from bookings
where machine_id = any(%(machine_ids)s) and state in ('checked_in', 'in_use');

-- booked_machines --
-- Select the machines that are booked at an instant.
select distinct machine_id
from bookings
where machine_id = any(%(machine_ids)s)
  and state in ('confirmed', 'checked_in', 'in_use')
  and during @> %(at)s::timestamptz;

-- device_reports --
-- Select the last report of each device on its position, its connection and its settings. A
-- device's clock may be ahead for minutes: of the latest reports by event time, the one received
-- last counts.
select source.id as source_id, w.channel, w.part, w.text_value as value, w.received_at,
    w.message_id, w.time_rule
from unnest(%(source_ids)s::uuid[]) as source(id)
cross join (
    values ('power', ''), ('interlock', ''), ('interlock', 'answer'), ('interlock', 'power_up'),
        ('interlock', 'timer'), ('link', '')
) as asked(channel, part)
cross join lateral (
    select late.*
    from (
        select channel, part, text_value, received_at, message_id, ordinal, time_rule
        from trusted_signals('infinity')
        where source_id = source.id and channel = asked.channel and part = asked.part
          and (time_rule <> 'retained' or asked.channel = 'link')
        order by event_time desc
        limit 20
    ) late
    order by late.received_at desc, late.message_id desc, late.ordinal desc
    limit 1
) w;

-- last_report_at --
-- Select the last report on a machine by a device other than the one that holds its interlock. A
-- device that also meters the machine counts.
select max(least(event_time, received_at)) as at
from trusted_signals('infinity')
where machine_id = %(machine_id)s
  and event_time >= %(since)s
  and received_at <= %(now)s
  and channel <> 'interlock'
  and time_rule not in ('retained', 'queued')
  and source_id <> all(%(excluding)s);

-- max_power --
-- Select the maximum power of a machine in a period, the reading before it included.
select max(number) as peak
from (
    select number
    from trusted_signals('infinity')
    where source_id = any(%(source_ids)s) and channel = 'power_watts' and part = ''
      and event_time >= %(since)s and event_time <= %(until)s and time_rule <> 'retained'
    union all
    (
        select number
        from trusted_signals('infinity')
        where source_id = any(%(source_ids)s) and channel = 'power_watts' and part = ''
          and event_time < %(since)s and time_rule <> 'retained'
        order by event_time desc, received_at desc, message_id desc
        limit 1
    )
) readings;

-- max_temperature --
-- Select the last temperature of a machine's hottest part, within the time that it may take to
-- cool.
select max(last.number) as celsius
from (
    select id, '' as part
    from unnest(%(source_ids)s::uuid[]) as source(id)
    union
    select source_id, part
    from signal_parts
    where source_id = any(%(source_ids)s) and channel = 'temperature'
) spoken
cross join lateral (
    select number
    from trusted_signals('infinity')
    where source_id = spoken.id and channel = 'temperature' and part = spoken.part
      and event_time >= %(since)s and time_rule <> 'retained'
    order by event_time desc, received_at desc, message_id desc
    limit 1
) last;

-- insert_command --
-- Insert a command.
insert into interlock_commands (id, centre_id, machine_id, source_id, wanted, why, booking_id,
    ordered_by, seen, issued_at, expires_at)
values (%(id)s, %(centre_id)s, %(machine_id)s, %(source_id)s, %(wanted)s, %(why)s, %(booking_id)s,
    %(by)s, %(seen)s, %(issued_at)s, %(expires_at)s);

-- settle --
-- Record a command's outcome once.
update interlock_commands
set outcome = %(outcome)s, settled_at = %(at)s, answered_by = %(answered_by)s
where id = %(id)s and outcome is null;

-- latest_commands --
-- Select the last commands to each machine, the latest first.
select c.id, c.machine_id, c.centre_id, c.source_id, c.wanted, c.why, c.booking_id, c.ordered_by,
    c.seen, c.issued_at, c.expires_at, c.outcome, c.settled_at, c.answered_by
from unnest(%(machine_ids)s::uuid[]) as machine(id)
cross join lateral (
    select *
    from interlock_commands
    where machine_id = machine.id
    order by issued_at desc, id desc
    limit %(limit)s
) c
order by c.machine_id, c.issued_at desc, c.id desc;

-- command_page --
-- Select a page of a machine's commands, the latest first.
select id, machine_id, centre_id, source_id, wanted, why, booking_id, ordered_by, seen, issued_at,
    expires_at, outcome, settled_at, answered_by
from interlock_commands
where machine_id = %(machine_id)s
  and (%(before)s::uuid is null or id < %(before)s)
order by id desc
limit %(limit)s;
