-- insert --
-- Something is to leave the house. No `on conflict`: for that row-level security wants the right to
-- read the table too.
insert into deliveries (id, centre_id, channel, kind, address, webhook_id, subject, body, encloses,
    invitation)
values (%(id)s, %(centre_id)s, %(channel)s, %(kind)s, %(address)s, %(webhook_id)s,
    %(subject)s, %(body)s, %(encloses)s, %(invitation)s);

-- insert_once --
-- The same, once, however often its letter is told.
insert into deliveries (id, centre_id, channel, kind, address, webhook_id, subject, body, encloses,
    invitation)
values (%(id)s, %(centre_id)s, %(channel)s, %(kind)s, %(address)s, %(webhook_id)s,
    %(subject)s, %(body)s, %(encloses)s, %(invitation)s)
on conflict (id) do nothing;

-- due_centres --
-- Select the centres with due deliveries, the longest waiting first.
select centre_id
from deliveries
where state = 'due' and due_at <= %(now)s and channel = any(%(channels)s)
  and created_at > %(now)s::timestamptz - interval '4 days'
group by centre_id
order by min(due_at), centre_id;

-- claim --
-- Claim a due delivery for two minutes; a sender that dies meanwhile leaves it to be sent again.
update deliveries
set due_at = %(now)s::timestamptz + interval '2 minutes', attempts = attempts + 1
where id = (
    select id
    from deliveries
    where centre_id = %(centre_id)s and state = 'due' and due_at <= %(now)s
        and channel = any(%(channels)s)
      -- Older than every retry: a mail server that is set up now does not send last month's mail.
      and created_at > %(now)s::timestamptz - interval '4 days'
    order by due_at, id
    limit 1
    for update skip locked
)
returning id, centre_id, channel, kind, address, webhook_id, subject, body, created_at, attempts,
    state, last_error, encloses, invitation;

-- sent --
-- Record that the delivery was accepted.
update deliveries
set state = 'sent', last_error = ''
where id = %(id)s;

-- failed --
-- Record that the delivery failed: due again at an instant, or given up.
update deliveries
set state = case when %(again)s::timestamptz is null then 'failed' else 'due' end,
    due_at = coalesce(%(again)s, due_at), last_error = %(error)s
where id = %(id)s;

-- replay --
-- Make a delivery due again from its first attempt.
update deliveries
set state = 'due', due_at = now(), attempts = 0
where id = %(id)s and webhook_id = %(webhook_id)s;

-- of_webhook --
-- Select the messages to an address, the latest first.
select id, centre_id, channel, kind, address, webhook_id, subject, body, created_at, attempts,
    state, last_error, encloses, invitation
from deliveries
where webhook_id = %(webhook_id)s
order by id desc
limit 200;

-- forget --
-- Retention: deliveries of a month ago.
delete from deliveries
where created_at < now() - interval '30 days';

-- insert_webhook --
-- Insert a webhook.
insert into webhooks (id, centre_id, url, kinds, created_by)
values (%(id)s, %(centre_id)s, %(url)s, %(kinds)s, %(created_by)s);

-- webhooks --
-- Select a centre's webhooks that are not revoked.
select id, centre_id, url, kinds
from webhooks
where centre_id = %(centre_id)s and revoked_at is null
order by id;

-- webhook --
-- Select a webhook that is not revoked.
select id, centre_id, url, kinds
from webhooks
where id = %(id)s and revoked_at is null;

-- revoke_webhook --
-- Revoke a webhook, and give up its due deliveries.
with given_up as (
    update deliveries
    set state = 'failed', last_error = 'revoked'
    where webhook_id = %(id)s and state = 'due'
)
update webhooks
set revoked_at = now()
where id = %(id)s;
