-- columns (part) --
id, centre_id, company_id, root_id, amount, is_refund, paid_on, note, reverses, recorded_by,
recorded_at

-- insert --
-- Money that came or went back, or a wrong entry taken back.
insert into transfers ({columns})
values (%(id)s, %(centre_id)s, %(company_id)s, %(root_id)s, %(amount)s, %(is_refund)s, %(paid_on)s,
    %(note)s, %(reverses)s, %(recorded_by)s, %(recorded_at)s);

-- by_id --
-- Select one entry.
select {columns}
from transfers
where id = %(id)s;

-- of_company --
-- Select a firm's entries at a centre, in order.
select {columns}
from transfers
where centre_id = %(centre_id)s and company_id = %(company_id)s
order by recorded_at, id;

-- held --
-- Select the rests of a firm's transfers that are above nothing, the oldest first.
select t.id as transfer_id, t.rest
from (
    select r.id, r.recorded_at,
        ((select sum(amount) from transfers where root_id = r.id)
        - coalesce((select sum(amount) from payments where transfer_id = r.id), 0))::bigint as rest
    from transfers r
    where r.centre_id = %(centre_id)s and r.company_id = %(company_id)s and r.root_id = r.id
) t
where t.rest > 0
order by t.recorded_at, t.id;

-- held_of_centre --
-- Sum the rests of all firms' transfers at a centre by firm.
select t.company_id, sum(t.rest)::bigint as rest
from (
    select r.company_id,
        (select sum(amount) from transfers where root_id = r.id)
        - coalesce((select sum(amount) from payments where transfer_id = r.id), 0) as rest
    from transfers r
    where r.centre_id = %(centre_id)s and r.root_id = r.id
) t
group by t.company_id
having sum(t.rest) > 0;

-- standing_payments --
-- Select the payments by a transfer that were not taken back.
select id
from payments p
where p.transfer_id = %(root_id)s and p.reverses is null
  and not exists (select from payments r where r.reverses = p.id)
order by p.recorded_at, p.id;
