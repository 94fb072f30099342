-- set_aside --
-- Sets a message aside; the same cause again only counts. A source that invents ever new causes
-- gets one row for all that come after its first ones, so a flood of rubbish stays small.
with place as (
    select
        case when is_known or causes < %(most_causes)s then %(digest)s::bytea
            else %(other_digest)s::bytea end as digest,
        is_known or causes < %(most_causes)s as has_own,
        bytes + octet_length(%(whole)s::bytea) <= %(most_bytes)s as has_room
    from (
        select
            count(*) as causes,
            coalesce(bool_or(digest = %(digest)s::bytea), false) as is_known,
            coalesce(sum(kept_bytes), 0) as bytes
        from quarantine
        where centre_id = %(centre_id)s::uuid and source_id is not distinct from %(source_id)s::uuid
    ) known
)
insert into quarantine (id, centre_id, source_id, reason, detail, topic, payload, digest,
    first_at, last_at, kept, kept_bytes)
select %(id)s::uuid, %(centre_id)s::uuid, %(source_id)s::uuid,
    case when has_own then %(reason)s::text else 'too_many_causes' end,
    case when has_own then %(detail)s::text
        else 'this source was set aside for too many different causes' end,
    %(topic)s::text, %(payload)s::bytea, digest, %(at)s::timestamptz, %(at)s::timestamptz,
    has_room::integer, case when has_room then octet_length(%(whole)s::bytea) else 0 end
from place
on conflict (centre_id, digest) do update
set occurrences = quarantine.occurrences + 1,
    last_at = greatest(quarantine.last_at, excluded.last_at),
    kept = quarantine.kept + case when quarantine.kept < %(most_kept)s then excluded.kept
        else 0 end,
    kept_bytes = quarantine.kept_bytes + case
        when quarantine.kept < %(most_kept)s then excluded.kept_bytes else 0 end
returning id, kept;

-- keep --
-- The whole message, so that it can be read again; the number says which of its group it is, once.
insert into quarantined_messages (quarantine_id, number, centre_id, source_id, topic, payload, qos,
    retained, received_at)
values (%(id)s, %(number)s, %(centre_id)s, %(source_id)s, %(topic)s, %(payload)s,
    %(qos)s, %(retained)s, %(received_at)s)
on conflict do nothing;

-- group --
-- One cause, locked while its messages are read again.
select id, centre_id, source_id, reason, detail, topic, payload, occurrences, kept, first_at,
    last_at
from quarantine
where id = %(id)s
for update;

-- kept --
-- A cause's messages, in the order they came.
select number, topic, payload, qos, retained, received_at
from quarantined_messages
where quarantine_id = %(id)s
order by received_at, number;

-- settle --
-- These messages of a cause were understood at last.
with gone as (
    delete from quarantined_messages
    where quarantine_id = %(id)s and number = any(%(numbers)s)
    returning octet_length(payload) as bytes
)
update quarantine
set occurrences = occurrences - (select count(*) from gone),
    kept_bytes = kept_bytes - coalesce((select sum(bytes) from gone), 0)
where id = %(id)s
returning (select count(*) from gone) as settled;

-- close --
-- A cause of which nothing is left.
delete from quarantine
where id = %(id)s and occurrences <= 0;

-- page --
-- Select the quarantined messages, the latest cause first.
select id, source_id, reason, detail, topic, payload, occurrences, kept, first_at, last_at
from quarantine
where centre_id = %(centre_id)s
  and (%(before_id)s::uuid is null or (last_at, id) < (%(before_at)s, %(before_id)s))
order by last_at desc, id desc
limit %(most)s;
