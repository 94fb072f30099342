-- insert --
-- A word on whether a month is locked; the latest counts.
insert into month_locks (id, centre_id, month, is_locked, reason, said_by, recorded_at)
values (%(id)s, %(centre_id)s, %(month)s, %(is_locked)s, %(reason)s, %(said_by)s, %(recorded_at)s);

-- latest --
-- The last word on each of some months of a centre.
select distinct on (month) month, is_locked, reason, said_by, recorded_at
from month_locks
where centre_id = %(centre_id)s and month = any(%(months)s)
order by month, recorded_at desc;

-- serialise --
-- One step on a centre's month at a time: a lock and a draft never pass each other.
select pg_advisory_xact_lock(hashtextextended('month ' || %(centre_id)s::text
    || %(month)s::text, 0));

-- still_open --
-- Count the month's statements that are drafted or approved and not issued.
select count(*) as statements
from statements
where centre_id = %(centre_id)s and month = %(month)s
    and state in ('draft', 'checking', 'approved');

-- stated --
-- Select the companies with a statement of the month; a void one leaves its month without, and one
-- within the month the rest of it.
select company_id
from statements
where centre_id = %(centre_id)s and month = %(month)s and state <> 'void' and until is null;

-- stated_at --
-- Select whether a statement of a company that is not void charges an instant of the month.
select true as is_stated
from statements
where centre_id = %(centre_id)s and company_id = %(company_id)s and month = %(month)s
    and state <> 'void' and tstzrange(since, until) @> %(at)s::timestamptz
limit 1;
