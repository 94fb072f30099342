-- insert --
-- Insert the legal party of a centre or of a company.
insert into party_profiles (id, centre_id, company_id, document, set_by, recorded_at)
values (%(id)s, %(centre_id)s, %(company_id)s, %(document)s, %(set_by)s, %(recorded_at)s);

-- latest --
-- Select the latest legal party of the centre (no company) or of a company, known before an
-- instant.
select document
from party_profiles
where centre_id = %(centre_id)s
  and company_id is not distinct from %(company_id)s
  and recorded_at < %(recorded_before)s
order by recorded_at desc, id desc
limit 1;
