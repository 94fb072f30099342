-- columns (part) --
id, centre_id, company_id, tenancy_id, kind, amount, paid_on, note, reverses, recorded_by,
    recorded_at

-- insert --
-- Insert an entry of a deposit; a trigger refuses to give back what is not held.
insert into deposits ({columns})
values (%(id)s, %(centre_id)s, %(company_id)s, %(tenancy_id)s, %(kind)s, %(amount)s, %(paid_on)s,
    %(note)s, %(reverses)s, %(recorded_by)s, %(recorded_at)s);

-- of_tenancy --
-- Select the entries of a deposit, in the order of their recording.
select {columns}
from deposits
where tenancy_id = %(tenancy_id)s
order by recorded_at, id;

-- find --
-- Select one entry.
select {columns}
from deposits
where id = %(id)s;

-- first_contract --
-- Select the contract with which a tenancy began, by its renewals.
with recursive chain as (
    select id, renews from tenancies where id = %(tenancy_id)s
    union all
    select t.id, t.renews from tenancies t join chain c on t.id = c.renews
)
select id
from chain
where renews is null;

-- held_of_centre --
-- Sum what a centre holds by the first contract; what was given back as a whole is left out.
select tenancy_id, sum(case when (kind = 'received') = (reverses is null)
    then amount else -amount end)::bigint as held
from deposits
where centre_id = %(centre_id)s
group by tenancy_id
having sum(case when (kind = 'received') = (reverses is null) then amount else -amount end) > 0;
