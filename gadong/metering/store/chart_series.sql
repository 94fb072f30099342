-- count --
-- Count the numbers in a stretch of time, up to the limit of a reduction.
select count(*) as numbers
from (
    select
    from signals
    where machine_id = %(machine_id)s and number is not null and channel = any(%(channels)s)
      and event_time >= %(since)s and event_time < %(until)s and time_rule <> 'retained'
    limit %(most)s + 1
) seen;

-- numbers --
-- Select the numbers in a stretch of time.
select source_id, channel, part, event_time, number as least, number as most
from trusted_signals('infinity')
where machine_id = %(machine_id)s and number is not null and channel = any(%(channels)s)
  and event_time >= %(since)s and event_time < %(until)s and time_rule <> 'retained'
order by source_id, channel, part, event_time;

-- extremes --
-- The same, as the least and the most of each of some equal steps.
select source_id, channel, part, least, most,
    %(since)s::timestamptz + step * %(step)s::interval as event_time
from (
    select source_id, channel, part, min(number) as least, max(number) as most,
        floor(extract(epoch from event_time - %(since)s::timestamptz) / extract(epoch
            from %(step)s::interval)) as step
    from trusted_signals('infinity')
    where machine_id = %(machine_id)s and number is not null and channel = any(%(channels)s)
      and event_time >= %(since)s and event_time < %(until)s and time_rule <> 'retained'
    group by source_id, channel, part, 6
) steps
order by source_id, channel, part, event_time;
