-- insert --
-- That a person opened a statement; the first time counts.
insert into statement_readings (statement_id, person_id, centre_id, company_id, first_at)
values (%(statement_id)s, %(person_id)s, %(centre_id)s, %(company_id)s, %(first_at)s)
on conflict do nothing;

-- of_statements --
-- The people who were told of statements, or have opened them.
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
)
select statement_id, person_id, p.name, told.told_at, opened.first_at
from told
full join opened using (statement_id, person_id)
join people p on p.id = person_id
order by statement_id, coalesce(opened.first_at, 'infinity'), p.name, person_id;
