-- insert --
-- A centre's word on who it is, or on who a company is.
insert into party_profiles (id, centre_id, company_id, document, set_by, recorded_at)
values (%(id)s, %(centre_id)s, %(company_id)s, %(document)s, %(set_by)s, %(recorded_at)s);

-- latest --
-- The last word on the centre itself (no company) or on a company, as known before an instant.
select document
from party_profiles
where centre_id = %(centre_id)s
  and company_id is not distinct from %(company_id)s
  and recorded_at < %(recorded_before)s
order by recorded_at desc, id desc
limit 1;
