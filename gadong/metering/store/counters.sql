-- readings --
-- Select the readings of counters in a stretch of time.
select source_id, channel, part, event_time, number, message_id
from trusted_signals('infinity')
where machine_id = %(machine_id)s and channel = any(%(channels)s) and number is not null
  and event_time >= %(since)s and event_time < %(until)s and time_rule <> 'retained'
order by source_id, channel, part, event_time, received_at, message_id;
