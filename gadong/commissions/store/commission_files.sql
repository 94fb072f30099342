-- insert --
-- Insert a file.
insert into commission_files (id, commission_id, centre_id, company_id, kind, number, name, digest,
    media_type, data, kept_by, kept_at)
values (%(id)s, %(commission_id)s, %(centre_id)s, %(company_id)s, %(kind)s, %(number)s, %(name)s,
    %(digest)s, %(media_type)s, %(data)s, %(kept_by)s, %(kept_at)s);

-- of_commission --
-- Select the files of a commission that the transaction may see, without their bytes.
select id, commission_id, kind, number, name, digest, media_type, kept_at
from commission_files
where commission_id = %(commission_id)s
order by kept_at, id;

-- data --
-- Select the bytes of a file of a commission.
select data
from commission_files
where id = %(id)s and commission_id = %(commission_id)s;
