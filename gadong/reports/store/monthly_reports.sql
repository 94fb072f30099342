-- keep --
-- Insert or replace a month's figures.
insert into report_months (centre_id, month, document, recorded_before, engine_version)
values (%(centre_id)s, %(month)s, %(document)s, %(recorded_before)s, %(engine_version)s)
on conflict (centre_id, month) do update
set document = excluded.document, recorded_before = excluded.recorded_before,
    engine_version = excluded.engine_version;

-- kept --
-- Select a month's figures, computed by one engine or (null) by any.
select document, recorded_before
from report_months
where centre_id = %(centre_id)s and month = %(month)s
  and (%(engine_version)s::text is null or engine_version = %(engine_version)s);

-- came --
-- Select the companies that came to a booking in a period.
select distinct company_id
from bookings
where centre_id = %(centre_id)s
  and during && %(during)s
  and state in ('checked_in', 'in_use', 'completed');
