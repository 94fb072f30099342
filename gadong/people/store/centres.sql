-- insert_hours --
-- One weekday's opening hours, from the centre's beginning on.
insert into opening_hours (centre_id, weekday, opens, closes)
values (%(centre_id)s, %(weekday)s, %(opens)s, %(closes)s);

-- insert_week --
-- A centre's whole week from a day on.
insert into opening_weeks (id, centre_id, effective_from, hours, set_by, recorded_at)
values (%(id)s, %(centre_id)s, %(effective_from)s, %(hours)s, %(set_by)s, %(recorded_at)s);

-- weeks --
-- The week with which a centre began, and the later ones by their first day, as known before an
-- instant; of two, the later word.
select %(first)s::date as effective_from, coalesce(
    jsonb_agg(
        jsonb_build_object('weekday', weekday, 'opens', opens, 'closes', closes)
        order by weekday, opens
    ),
    '[]'
) as hours
from opening_hours
where centre_id = %(centre_id)s
union all
(
    select distinct on (effective_from) effective_from, hours
    from opening_weeks
    where centre_id = %(centre_id)s and recorded_at < %(recorded_before)s
    order by effective_from, recorded_at desc, id desc
)
order by effective_from;

-- insert_name --
-- A centre's name from a day on.
insert into centre_names (id, centre_id, effective_from, name, set_by, recorded_at)
values (%(id)s, %(centre_id)s, %(effective_from)s, %(name)s, %(set_by)s, %(recorded_at)s);

-- names --
-- The later names of a centre by their first day; of two, the later word.
select distinct on (effective_from) effective_from, name
from centre_names
where centre_id = %(centre_id)s
order by effective_from, recorded_at desc, id desc;

-- set_zone --
-- A centre's clock; the trigger centres_zone refuses it after the first issued statement.
update centres
set zone = %(zone)s
where id = %(id)s;

-- days_off --
-- The holidays of a stretch of days, as known before an instant: the centre's own word counts
-- before the country's.
select day
from (
    select distinct on (day) day, is_holiday
    from holidays
    where country = %(country)s and (centre_id is null or centre_id = %(centre_id)s)
      and day >= %(since)s and day < %(until)s
      and recorded_at < %(recorded_before)s
    order by day, (centre_id is not null) desc, recorded_at desc, id desc
) said
where is_holiday;

-- insert_contact --
-- A centre's address, and how its desk is reached, from now on.
insert into centre_contacts (id, centre_id, address, phone, email, directions, set_by, recorded_at)
values (%(id)s, %(centre_id)s, %(address)s, %(phone)s, %(email)s, %(directions)s, %(set_by)s,
    %(recorded_at)s);

-- contact --
-- The latest word on a centre's address and desk.
select address, phone, email, directions
from centre_contacts
where centre_id = %(centre_id)s
order by recorded_at desc, id desc
limit 1;
