-- keep --
-- Insert or replace a month's figures.
insert into report_months (centre_id, month, document, recorded_before, engine_version)
values (%(centre_id)s, %(month)s, %(document)s, %(recorded_before)s, %(engine_version)s)
on conflict (centre_id, month) do update
set document = excluded.document, recorded_before = excluded.recorded_before,
    engine_version = excluded.engine_version;

-- kept --
-- Select the figures of some centres' months.
select centre_id, month, document, recorded_before, engine_version
from report_months
where centre_id = any(%(centre_ids)s) and month = any(%(months)s);

-- came --
-- Select the companies that came to a booking in each centre's period.
select distinct b.centre_id, b.company_id
from unnest(%(centre_ids)s::uuid[], %(durings)s::tstzrange[]) as wanted(centre_id, during)
join bookings b on b.centre_id = wanted.centre_id and b.during && wanted.during
where b.state in ('checked_in', 'in_use', 'completed');
