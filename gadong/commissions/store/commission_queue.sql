-- finished --
-- Select when commissions that were finished in a time were received and finished, and their day.
-- One that was taken back is not finished until it is again, and then at the instant said last.
select r.at as received_at, f.at as finished_at, (f.at at time zone z.zone)::date as finished_on,
    c.due_on
from commissions c
join centres z on z.id = c.centre_id
cross join lateral (
    select e.at
    from commission_events e
    where e.commission_id = c.id and e.step = 'finish'
    order by e.recorded_at desc, e.id desc
    limit 1
) f
cross join lateral (
    select min(e.at) as at
    from commission_events e
    where e.commission_id = c.id and e.step = 'receive'
) r
where c.centre_id = %(centre_id)s and c.state in ('done', 'handed_over')
  and f.at >= %(start)s and f.at < %(end)s
order by f.at, c.id;
