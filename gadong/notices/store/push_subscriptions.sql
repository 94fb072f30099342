-- insert --
-- Insert a browser; one that is there already becomes this session's and keeps nothing of before.
insert into push_subscriptions (id, person_id, credential_id, endpoint, sealed, browser, created_at)
values (%(id)s, %(person_id)s, %(credential_id)s, %(endpoint)s, %(sealed)s, %(browser)s, %(at)s);

-- remove_endpoint --
-- Delete the browser of an address, whosever it was.
delete from push_subscriptions
where endpoint = %(endpoint)s;

-- use --
-- Give a person's browser to the session that uses it now.
update push_subscriptions
set credential_id = %(credential_id)s
where endpoint = %(endpoint)s and person_id = %(person_id)s;

-- of_person --
-- Select a person's browsers, the earliest first.
select id, person_id, sealed, browser, created_at
from push_subscriptions
where person_id = %(person_id)s
order by created_at, id;

-- by_id --
-- Select a browser.
select id, person_id, sealed, browser, created_at
from push_subscriptions
where id = %(id)s;

-- remove --
-- Delete a person's browser.
delete from push_subscriptions
where id = %(id)s and person_id = %(person_id)s;

-- end --
-- Delete a browser that its push server does not know any more.
delete from push_subscriptions
where id = %(id)s;

-- every --
-- Select all browsers, held until the transaction ends.
select id, person_id, sealed, browser, created_at
from push_subscriptions
order by id
for update;

-- reseal --
-- Replace what is encrypted of a browser.
update push_subscriptions
set sealed = %(sealed)s
where id = %(id)s;
