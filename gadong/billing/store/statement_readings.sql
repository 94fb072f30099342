-- insert --
-- That a person opened a statement; the first time counts.
insert into statement_readings (statement_id, person_id, centre_id, company_id, first_at)
values (%(statement_id)s, %(person_id)s, %(centre_id)s, %(company_id)s, %(first_at)s)
on conflict do nothing;

-- of_statements --
-- The people who were told of statements, or have opened them. Of a company that several centres
-- serve, a centre sees the people of people_at; of others that somebody read. Who has neither login
-- nor telephone was not told.
with told as (
    select (data ->> 'statement')::uuid as statement_id, person_id, min(created_at) as told_at
    from notices
    where kind = 'statement.issued' and centre_id = %(centre_id)s
      and data ->> 'statement' = any (%(statements)s::text[]) and person_id is not null
    group by 1, 2
),
opened as (
    select statement_id, person_id, first_at
    from statement_readings
    where centre_id = %(centre_id)s and statement_id = any (%(statements)s::uuid[])
),
readers as (
    select statement_id, person_id, told.told_at, opened.first_at
    from told
    full join opened using (statement_id, person_id)
)
select r.statement_id, case when seen.is_seen then r.person_id end as person_id,
    case when seen.is_seen then p.name else '' end as name, r.told_at, r.first_at
from readers r
join people p on p.id = r.person_id
join statements s on s.id = r.statement_id
left join company_people m on m.company_id = s.company_id and m.person_id = r.person_id
left join entered_people e on e.company_id = m.company_id and e.person_id = m.person_id
cross join lateral (
    select m.is_owner or (
        m.person_id is not null and (e.centre_id is null or e.centre_id = %(centre_id)s)
    ) or exists (
        select from bookings b
        where b.person_id = r.person_id and b.company_id = s.company_id
          and b.centre_id = %(centre_id)s
    ) as is_seen
) seen
where r.first_at is not null or p.has_login
   or exists (select from phone_numbers n where n.person_id = r.person_id)
order by r.statement_id, coalesce(r.first_at, 'infinity'), name, r.person_id;
