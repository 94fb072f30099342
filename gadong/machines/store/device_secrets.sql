-- keep --
-- Store a device's login secret; the one before is overwritten.
insert into device_secrets (source_id, centre_id, name, sealed)
values (%(source_id)s, %(centre_id)s, %(name)s, %(sealed)s)
on conflict (source_id, name) do update set sealed = excluded.sealed
where device_secrets.sealed <> excluded.sealed;

-- of_centre --
-- Select the login secrets of a centre's bound devices.
select d.source_id, d.centre_id, d.name, d.sealed
from device_secrets d
join sources s on s.id = d.source_id
where d.centre_id = %(centre_id)s and s.retired_at is null
order by d.source_id, d.name;

-- names_of_source --
-- Select the names of one device's secrets.
select name
from device_secrets
where source_id = %(source_id)s
order by name;

-- every --
-- All of them, those of devices that are bound no more too.
select source_id, centre_id, name, sealed
from device_secrets
order by source_id, name
for update;

-- left_in_settings --
-- Devices whose code of before lies in settings that issued statements rest on.
select distinct s.base
from source_settings t
join sources s on s.id = t.source_id
where t.settings -> 'options' ? 'access_code'
order by s.base;
