-- insert --
-- An alarm that is told now.
insert into limit_alarms (id, centre_id, machine_id, limit_id, kind, began_at, ended_at, worst,
    told_at)
values (%(id)s, %(centre_id)s, %(machine_id)s, %(limit_id)s, %(kind)s, %(began_at)s, %(ended_at)s,
    %(worst)s, %(told_at)s);

-- update --
-- What further readings say of an alarm.
update limit_alarms
set ended_at = %(ended_at)s, worst = %(worst)s
where id = %(id)s;

-- withdraw --
-- Late readings disprove an alarm.
update limit_alarms
set withdrawn_at = %(at)s
where id = %(id)s;

-- acknowledge --
-- Somebody read an alarm, and said a word on it; once.
update limit_alarms
set acknowledged_at = %(at)s, acknowledged_by = %(by)s, words = %(words)s
where id = %(id)s and acknowledged_at is null;

-- standing --
-- The alarms of a limit that stand, and that lasted until an instant or longer.
select id, kind, began_at, ended_at, worst
from limit_alarms
where limit_id = %(limit_id)s
  and withdrawn_at is null
  and (ended_at is null or ended_at >= %(since)s)
order by began_at, id;

-- centre_of --
-- The centre of an alarm.
select centre_id
from limit_alarms
where id = %(id)s;

-- of_centre --
-- The log of a centre's alarms that touch a stretch of time, the latest first.
select a.id, a.machine_id, a.limit_id, l.name, l.channel, l.part, l.side, l.bound, l.returns_at,
    l.ended_at as limit_ended_at, a.kind, a.began_at, a.ended_at, a.worst, a.told_at,
    a.withdrawn_at, a.acknowledged_at, a.acknowledged_by, p.name as acknowledged_name, a.words
from limit_alarms a
join channel_limits l on l.id = a.limit_id
left join people p on p.id = a.acknowledged_by
where a.centre_id = %(centre_id)s
  and (%(machine_id)s::uuid is null or a.machine_id = %(machine_id)s)
  and a.began_at < %(until)s
  and (a.ended_at is null or a.ended_at >= %(since)s)
  and (%(before_at)s::timestamptz is null
       or (a.began_at, a.id) < (%(before_at)s, %(before_id)s::uuid))
order by a.began_at desc, a.id desc
limit %(most)s;

-- unacknowledged --
-- Count the alarms of a centre that stand and that nobody acknowledged.
select count(*) as alarms
from limit_alarms
where centre_id = %(centre_id)s and acknowledged_at is null and withdrawn_at is null;
