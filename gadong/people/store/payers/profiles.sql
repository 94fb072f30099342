-- insert --
-- Insert an entry of a company's profile.
insert into company_profiles (
    id, centre_id, company_id, since, district, sector, workers, cluster, exports, partners,
    consent, set_by, recorded_at
)
values (%(id)s, %(centre_id)s, %(company_id)s, %(since)s, %(district)s, %(sector)s, %(workers)s,
    %(cluster)s, %(exports)s, %(partners)s, %(consent)s, %(set_by)s, %(recorded_at)s);

-- of_companies --
-- Select the profiles of some companies at a centre, the latest first.
select company_id, since, district, sector, workers, cluster, exports, partners, consent
from company_profiles
where centre_id = %(centre_id)s and company_id = any(%(companies)s)
order by since desc, recorded_at desc, id desc;

-- delete --
-- Delete a company's profiles at a centre.
delete from company_profiles
where centre_id = %(centre_id)s and company_id = %(company_id)s;

-- forget_old --
-- Delete entries that a later one replaced five years ago or earlier.
delete from company_profiles p
where exists (
    select from company_profiles l
    where l.centre_id = p.centre_id and l.company_id = p.company_id
      and (l.since, l.recorded_at, l.id) > (p.since, p.recorded_at, p.id)
      and l.since < current_date - interval '5 years'
);
