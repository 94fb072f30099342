-- insert --
-- Insert a company's category from a day on; with a proof it ends on the day the proof runs out.
insert into company_categories (centre_id, company_id, category, during, proof, set_by, recorded_at)
values (%(centre_id)s, %(company_id)s, %(category)s, daterange(%(since)s, %(until)s, '[)'),
    %(proof)s, %(set_by)s, %(recorded_at)s);

-- names --
-- Select every category that a company has or had at a centre.
select distinct category
from company_categories
where centre_id = %(centre_id)s
order by category;

-- of_companies --
-- Select some centres' statements of some companies' categories, as known before an instant, the
-- latest first.
select centre_id, company_id, category, during, proof
from company_categories
where centre_id = any(%(centre_ids)s) and company_id = any(%(company_ids)s)
    and recorded_at < %(recorded_before)s
order by recorded_at desc;
