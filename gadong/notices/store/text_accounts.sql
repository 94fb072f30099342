-- keep --
-- Insert or replace a centre's account.
insert into text_accounts (centre_id, provider, url, api_key, sealed, sender_number, channel,
    templates)
values (%(centre_id)s, %(provider)s, %(url)s, %(api_key)s, %(sealed)s, %(sender_number)s,
    %(channel)s, %(templates)s)
on conflict (centre_id) do update
set provider = excluded.provider, url = excluded.url, api_key = excluded.api_key,
    sealed = excluded.sealed, sender_number = excluded.sender_number, channel = excluded.channel,
    templates = excluded.templates;

-- account --
-- Select a centre's account.
select centre_id, provider, url, api_key, sealed as secret, sender_number, channel, templates
from text_accounts
where centre_id = %(centre_id)s;

-- every --
-- Select all accounts, held until the transaction ends.
select centre_id, provider, url, api_key, sealed as secret, sender_number, channel, templates
from text_accounts
order by centre_id
for update;

-- remove --
-- Delete a centre's account.
delete from text_accounts
where centre_id = %(centre_id)s;

-- give_up --
-- Give up a centre's due text messages.
update deliveries
set state = 'failed', last_error = 'revoked'
where centre_id = %(centre_id)s and channel = 'text' and state = 'due';

-- recipient --
-- Select the number to which a person's text messages go. Whoever has no login is told in no other
-- way; whoever has one asks for them.
select n.number, coalesce(f.language, 'ko') as language, coalesce(f.muted, '{}') as muted
from phone_numbers n
join people p on p.id = n.person_id
left join notice_preferences f on f.person_id = n.person_id
where n.person_id = %(person_id)s and p.disabled_at is null and (n.by_text or not p.has_login);

-- sent_by_text --
-- Select a centre's last two hundred text messages, the latest first.
select id, kind, state, attempts, last_error, created_at, body
from deliveries
where centre_id = %(centre_id)s and channel = 'text'
order by created_at desc, id desc
limit 200;
