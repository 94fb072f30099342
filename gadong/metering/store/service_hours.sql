-- run_seconds --
-- Sum the time that a machine ran in a stretch of time, by its signals or its ledger, once each.
select coalesce(sum(extract(epoch from upper(part) - lower(part))), 0)::bigint as seconds
from unnest((
    select range_agg(used.during * tstzrange(%(since)s, %(until)s))
    from (
        select during
        from runs
        where machine_id = %(machine_id)s
          and state = 'running'
          and during && tstzrange(%(since)s, %(until)s)
        union all
        select during
        from logged_uses u
        where machine_id = %(machine_id)s
          and reverses is null
          and during && tstzrange(%(since)s, %(until)s)
          and not exists (select from logged_uses r where r.reverses = u.id)
    ) used
)) part;

-- keep_reminder --
-- Record that the staff were reminded of a due date, or of hours, once.
insert into equipment_reminders (centre_id, machine_id, subject, due)
values (%(centre_id)s, %(machine_id)s, %(subject)s, %(due)s)
on conflict do nothing;
