-- of_machine --
-- Select links, relays that change, and draws that a meter does not know, in a stretch of time. A
-- relay repeats itself with every message of some plugs, so that only its changes are selected.
select source_id, message_id, channel, part, event_time, received_at, time_rule,
    uncertain_seconds, qos, ordinal, text_value as text, number
from (
    select *,
        lag(text_value) over (
            partition by source_id, channel, part
            order by event_time, received_at, message_id, ordinal
        ) as text_before
    from trusted_signals('infinity')
    where machine_id = %(machine_id)s
      and (channel in ('link', 'power') or (channel = 'power_watts' and number is null))
      and event_time >= %(since)s and event_time < %(until)s
      and (time_rule <> 'retained' or channel = 'link')
) said
where channel <> 'power' or text_value is distinct from text_before
order by event_time, received_at, message_id, ordinal;
