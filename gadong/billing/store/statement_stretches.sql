-- billed_until --
-- Select the end of what statements within a company's month charge.
select max(until) as until
from statements
where centre_id = %(centre_id)s and company_id = %(company_id)s and month = %(month)s
    and state = 'issued' and until is not null;

-- settled_at --
-- Select whether an approved or issued statement of a company's month charges what begins then.
select true as is_settled
from statements
where centre_id = %(centre_id)s and company_id = %(company_id)s and month = %(month)s
    and state in ('approved', 'issued') and tstzrange(since, until) @> %(at)s::timestamptz
limit 1;

-- later --
-- Count the approved and issued statements of a company's month that begin where one ends.
select count(*) as statements
from statements
where centre_id = %(centre_id)s and company_id = %(company_id)s and month = %(month)s
    and state in ('approved', 'issued') and since >= %(until)s;
