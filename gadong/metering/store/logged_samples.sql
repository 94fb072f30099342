-- insert --
-- The samples of an entry of the ledger.
insert into logged_samples (id, centre_id, samples)
values (%(id)s, %(centre_id)s, %(samples)s);

-- of_uses --
-- The samples of several entries, of those for which somebody counted them.
select id, samples
from logged_samples
where id = any (%(ids)s);
