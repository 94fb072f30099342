-- keep --
-- Store a machine's picture.
insert into machine_photos (machine_id, centre_id, digest, data, changed_by)
values (%(machine_id)s, %(centre_id)s, %(digest)s, %(data)s, %(by)s)
on conflict (machine_id) do update
set digest = excluded.digest, data = excluded.data, changed_at = clock_timestamp(),
    changed_by = excluded.changed_by;

-- remove --
-- No picture any more.
delete from machine_photos
where machine_id = %(machine_id)s;

-- data --
-- The picture.
select data
from machine_photos
where machine_id = %(machine_id)s;

-- digests --
-- Select the digests of the pictures of a centre's machines.
select machine_id, digest
from machine_photos
where centre_id = %(centre_id)s;
