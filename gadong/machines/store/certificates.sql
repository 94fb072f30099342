-- keep --
-- A certificate's file; the same bytes of a machine are kept once.
insert into calibration_files (machine_id, centre_id, digest, media_type, data, kept_by)
values (%(machine_id)s, %(centre_id)s, %(digest)s, %(media_type)s, %(data)s, %(by)s)
on conflict on constraint calibration_files_key do nothing;

-- find --
-- One file of a machine.
select machine_id, digest, media_type, data
from calibration_files
where machine_id = %(machine_id)s and digest = %(digest)s;

-- digests --
-- The digests of a machine's files.
select digest
from calibration_files
where machine_id = %(machine_id)s;
