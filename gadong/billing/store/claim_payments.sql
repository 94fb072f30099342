-- columns (part) --
id, centre_id, claim_id, amount, is_written_off, paid_on, note, reverses, recorded_by, recorded_at

-- insert --
-- Money that came, or a wrong entry taken back.
insert into programme_claim_payments ({columns})
values (%(id)s, %(centre_id)s, %(claim_id)s, %(amount)s, %(is_written_off)s, %(paid_on)s, %(note)s,
    %(reverses)s, %(recorded_by)s, %(recorded_at)s);

-- payment --
-- One entry.
select {columns}
from programme_claim_payments
where id = %(id)s;

-- of_claim --
-- The entries of a claim, in order.
select {columns}
from programme_claim_payments
where claim_id = %(claim_id)s
order by recorded_at, id;

-- accounts --
-- The amounts, due days, and the paid and written-off sums of some claims.
select c.id, c.amount as total, c.due_on,
    coalesce(sum(p.amount) filter (where not p.is_written_off), 0)::bigint as paid,
    coalesce(sum(p.amount) filter (where p.is_written_off), 0)::bigint as written_off
from programme_claims c
left join programme_claim_payments p on p.claim_id = c.id
where c.id = any(%(claim_ids)s)
group by c.id;
