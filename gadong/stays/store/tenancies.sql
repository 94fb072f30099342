-- columns (part) --
-- The columns of a tenancy, with its unit and its latest end.
t.id, t.centre_id, t.unit_id, u.name as unit, t.company_id, t.since, t.agreed_until, t.rent,
    t.maintenance, t.tax_type, t.renews, t.note, t.recorded_by, t.recorded_at, e.until as end_until,
    e.notice_on as end_notice_on, e.reason as end_reason, e.recorded_by as end_recorded_by,
    e.recorded_at as end_recorded_at

-- insert_unit --
-- Insert a unit.
insert into units (id, centre_id, name, recorded_by, recorded_at)
values (%(id)s, %(centre_id)s, %(name)s, %(recorded_by)s, %(recorded_at)s);

-- units --
-- Select a centre's units by name.
select id, centre_id, name
from units
where centre_id = %(centre_id)s
order by name, id;

-- insert --
-- The exclusion constraint, not this statement, keeps two tenants of a unit apart.
insert into tenancies (id, centre_id, unit_id, company_id, since, agreed_until, rent, maintenance,
    tax_type, renews, note, recorded_by, recorded_at)
values (%(id)s, %(centre_id)s, %(unit_id)s, %(company_id)s, %(since)s, %(agreed_until)s, %(rent)s,
    %(maintenance)s, %(tax_type)s, %(renews)s, %(note)s, %(recorded_by)s, %(recorded_at)s);

-- insert_end --
-- Insert a decision on a tenancy's end; a trigger moves the days that the constraint reads.
insert into tenancy_ends (id, centre_id, company_id, tenancy_id, until, notice_on, reason,
    recorded_by, recorded_at)
values (%(id)s, %(centre_id)s, %(company_id)s, %(tenancy_id)s, %(until)s, %(notice_on)s, %(reason)s,
    %(recorded_by)s, %(recorded_at)s);

-- select (part) --
-- Select tenancies with the last end of each, as recorded before an instant.
select {columns}
from tenancies t
join units u on u.id = t.unit_id
left join lateral (
    select until, notice_on, reason, recorded_by, recorded_at
    from tenancy_ends
    where tenancy_id = t.id and recorded_at < %(recorded_before)s
    order by recorded_at desc, id desc
    limit 1
) e on true

-- find --
-- Select one tenancy.
{select}
where t.id = %(id)s;

-- of_centre --
-- Select a centre's tenancies, the latest first day first; `company_ids` keeps to theirs.
{select}
where t.centre_id = %(centre_id)s
  and (%(company_ids)s::uuid[] is null or t.company_id = any(%(company_ids)s))
order by t.since desc, t.id desc;

-- in_force --
-- Select a company's tenancies with a day of some days, as recorded before an instant.
{select}
where t.centre_id = %(centre_id)s and t.company_id = %(company_id)s
  and t.recorded_at < %(recorded_before)s
  and daterange(t.since, coalesce(e.until, t.agreed_until)) && daterange(%(first)s, %(end)s)
order by t.since, t.id;
