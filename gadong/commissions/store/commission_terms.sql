-- insert --
-- Insert a centre's terms; the latest count.
insert into commission_terms (id, centre_id, is_paid_first, set_by, recorded_at)
values (%(id)s, %(centre_id)s, %(is_paid_first)s, %(set_by)s, %(recorded_at)s);

-- latest --
-- Select a centre's terms.
select is_paid_first
from commission_terms
where centre_id = %(centre_id)s
order by recorded_at desc, id desc
limit 1;
