-- columns (part) --
id, centre_id, company_id, is_automatic, asked, set_by, recorded_at

-- insert --
-- A firm's wish about its credit.
insert into credit_orders ({columns})
values (%(id)s, %(centre_id)s, %(company_id)s, %(is_automatic)s, %(asked)s, %(set_by)s,
    %(recorded_at)s);

-- latest --
-- Select the latest wish of a firm at a centre.
select {columns}
from credit_orders
where centre_id = %(centre_id)s and company_id = %(company_id)s
order by recorded_at desc, id desc
limit 1;
