-- insert_terms --
-- Insert a centre's terms; the latest count.
insert into tenancy_terms (id, centre_id, notice_days, set_by, recorded_at)
values (%(id)s, %(centre_id)s, %(notice_days)s, %(set_by)s, %(recorded_at)s);

-- latest_terms --
-- Select a centre's terms.
select notice_days
from tenancy_terms
where centre_id = %(centre_id)s
order by recorded_at desc, id desc
limit 1;

-- keep_reminder --
-- Record that a contract's last day was told; nothing where it was.
insert into tenancy_reminders (centre_id, tenancy_id, last_day)
values (%(centre_id)s, %(tenancy_id)s, %(last_day)s)
on conflict do nothing;
