-- publish --
-- Insert a version that is in force from now on.
insert into agreements (id, kind, version, ko, en, published_by)
values (%(id)s, %(kind)s, %(version)s, %(ko)s, %(en)s, %(by)s);

-- in_force --
-- Select the latest version of each kind.
select distinct on (kind) id, kind, version, ko, en, published_at
from agreements
order by kind, published_at desc;

-- missing --
-- Select the agreements in force that a person has not accepted.
select a.id, a.kind, a.version, a.ko, a.en, a.published_at
from (select distinct on (kind) * from agreements order by kind, published_at desc) a
where not exists (
    select from agreement_acceptances t where t.agreement_id = a.id and t.person_id = %(person_id)s
)
order by a.kind;

-- accept --
-- Insert a person's acceptances.
insert into agreement_acceptances (agreement_id, person_id)
select unnest(%(ids)s::uuid[]), %(person_id)s
on conflict do nothing;
