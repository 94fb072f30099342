-- columns (part) --
-- The columns of a use.
u.id, u.centre_id, u.machine_id, u.company_id, u.booking_id, u.counter, u.series, u.good,
    u.started_at, u.start_reading, u.ended_at, u.end_reading, u.state, u.entry_id, u.reason,
    u.recorded_by, u.recorded_at

-- insert --
-- Insert a use.
insert into counter_uses (id, centre_id, machine_id, company_id, booking_id, counter, series, good,
    started_at, start_reading, ended_at, end_reading, state, entry_id, reason, recorded_by,
    recorded_at)
values (%(id)s, %(centre_id)s, %(machine_id)s, %(company_id)s, %(booking_id)s, %(counter)s,
    %(series)s, %(good)s, %(started_at)s, %(start_reading)s, %(ended_at)s, %(end_reading)s,
    %(state)s, %(entry_id)s, %(reason)s, %(recorded_by)s, %(recorded_at)s);

-- find --
-- Select a use, locked from others until the transaction ends.
select {columns}
from counter_uses u
where u.id = %(id)s
for update;

-- change --
-- Record the state after a step, and what the step said.
update counter_uses
set state = %(state)s, ended_at = %(ended_at)s, end_reading = %(end_reading)s,
    entry_id = %(entry_id)s, reason = %(reason)s
where id = %(id)s;

-- of_counter --
-- Select the uses of a machine's counter that stand.
select {columns}
from counter_uses u
where u.machine_id = %(machine_id)s and u.counter = %(counter)s and u.state <> 'taken_back'
order by u.started_at, u.start_reading;

-- names --
-- Select the names of a machine's counters by the uses that stand.
select distinct u.counter
from counter_uses u
where u.machine_id = %(machine_id)s and u.state <> 'taken_back'
order by u.counter;

-- of_centre --
-- Select a centre's uses that the transaction may see, the latest start first. A page goes on after
-- the start and id of the page before.
select {columns}
from counter_uses u
where u.centre_id = %(centre_id)s
  and (%(company_ids)s::uuid[] is null or u.company_id = any(%(company_ids)s))
  and (%(machine_id)s::uuid is null or u.machine_id = %(machine_id)s)
  and (%(after_id)s::uuid is null or (u.started_at, u.id) < (%(after)s, %(after_id)s))
order by u.started_at desc, u.id desc
limit %(most)s;

-- open_machines --
-- Select the machines with an open use that began in a time.
select distinct m.slug
from counter_uses u
join machines m on m.id = u.machine_id
where u.centre_id = %(centre_id)s and u.state = 'open'
  and (%(company_id)s::uuid is null or u.company_id = %(company_id)s)
  and u.started_at >= %(since)s and u.started_at < %(until)s
order by m.slug;

-- uncounted --
-- Select what a counter counted between the use before and each use that stands, in its series.
select u.id, u.start_reading - max(b.end_reading) as uncounted
from counter_uses u
join counter_uses b on b.machine_id = u.machine_id and b.counter = u.counter
    and b.series = u.series and b.state <> 'taken_back' and b.id <> u.id
    and b.end_reading <= u.start_reading
where u.id = any(%(ids)s) and u.state <> 'taken_back'
group by u.id, u.start_reading
having u.start_reading > max(b.end_reading);
