-- positions --
-- How far the outboxes of a centre's relays are stored.
select account_id, outbox, upto, lost, spoke_until, heard_at
from relay_positions
where centre_id = %(centre_id)s
order by account_id, heard_at;

-- advance --
-- Keep how far an outbox is stored, in the transaction that stores its messages.
insert into relay_positions (account_id, centre_id, outbox, upto, lost, spoke_until, heard_at)
values (%(account_id)s, %(centre_id)s, %(outbox)s, %(upto)s, %(lost)s, %(spoke_until)s,
    %(heard_at)s)
on conflict (account_id, outbox) do update
set upto = excluded.upto, lost = excluded.lost, spoke_until = excluded.spoke_until,
    heard_at = excluded.heard_at;

-- note_loss --
-- A relay gave messages up. What they said is not known, so each source that it carries has a gap.
insert into sequence_positions (centre_id, machine_id, source_id, boot, upto, highest, gap_since,
    begun_at, gap_after)
select s.centre_id, s.machine_id, s.id, %(boot)s, 0, 1, %(at)s, %(at)s, %(after)s
from sources s
where s.centre_id = %(centre_id)s and s.retired_at is null
  and exists (
    select
    from unnest(s.prefixes || s.shared) own
    cross join unnest(%(carries)s::text[]) carried
    where own = carried or starts_with(own, carried || '/')
  )
order by s.id
on conflict (source_id, boot) do nothing;
