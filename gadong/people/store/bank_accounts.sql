-- insert --
-- Insert a centre's account for payments.
insert into bank_accounts (id, centre_id, document, set_by, recorded_at)
values (%(id)s, %(centre_id)s, %(document)s, %(set_by)s, %(recorded_at)s);

-- latest --
-- Select a centre's latest account, as known before an instant.
select document
from bank_accounts
where centre_id = %(centre_id)s and recorded_at < %(recorded_before)s
order by recorded_at desc, id desc
limit 1;
