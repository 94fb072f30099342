-- insert --
-- A device's account, of which the broker does not know yet.
insert into device_accounts (id, centre_id, source_id, name, username, publishes, hears, created_by)
values (%(id)s, %(centre_id)s, %(source_id)s, %(name)s, %(username)s, %(publishes)s,
    %(hears)s, %(by)s);

-- taken --
-- Return true if somebody else has topics at, above or below these. Of centres whose slugs a level
-- begins with, the longest is meant.
select topics_taken(%(prefixes)s::text[], %(centre_id)s, %(by_sources_here)s, %(beside)s::uuid[])
    or exists (
        select
        from unnest(%(levels)s::text[]) as named(level)
        where %(centre_id)s <> (
            select c.id
            from centres c
            where named.level = c.slug or starts_with(named.level, c.slug || '-')
            order by length(c.slug) desc
            limit 1
        )
    )
    or (%(is_of_many)s and exists (select from centres c where c.id <> %(centre_id)s))
    as taken;

-- of_centre --
-- A centre's accounts, the latest first.
select id, centre_id, source_id, name, username, publishes, hears, created_at, revoked_at, reason,
    applied_at, paused_until
from device_accounts
where centre_id = %(centre_id)s
order by id desc;

-- find --
-- One account.
select id, centre_id, source_id, name, username, publishes, hears, created_at, revoked_at, reason,
    applied_at, paused_until
from device_accounts
where id = %(id)s;

-- is_issued_by --
-- Whether a person issued the account after an instant.
select created_by is not distinct from %(person_id)s::uuid and created_at > %(after)s as is_theirs
from device_accounts
where id = %(id)s;

-- revoke --
-- The account opens nothing any more, as soon as the broker knows.
update device_accounts
set revoked_at = clock_timestamp(), revoked_by = %(by)s, reason = %(reason)s, applied_at = null
where id = %(id)s and revoked_at is null;

-- waiting --
-- Accounts whose present state the broker has not been told.
select id, centre_id, source_id, name, username, publishes, hears, created_at, revoked_at, reason,
    applied_at, paused_until
from device_accounts
where applied_at is null or paused_until <= clock_timestamp()
order by id
limit %(most)s;

-- pause --
-- The accounts that publish for a source rest, unless they rest already.
update device_accounts
set paused_until = %(until)s, applied_at = null
where centre_id = %(centre_id)s and revoked_at is null
    and coalesce(paused_until, '-infinity') < clock_timestamp()
  and (
    source_id = %(source_id)s
    or exists (
        select
        from unnest(publishes) own
        cross join unnest(%(prefixes)s::text[]) asked
        where asked = own or starts_with(asked, own || '/')
    )
  );

-- applied --
-- The broker knows, unless the account was changed again meanwhile. A pause that it was told is
-- over is no more.
update device_accounts
set applied_at = clock_timestamp(), paused_until = case when %(is_paused)s then paused_until end
where id = %(id)s and (revoked_at is not null) = %(is_revoked)s
    and paused_until is not distinct from %(paused_until)s;

-- forget_applied --
-- A broker that begins anew is told everything that holds.
update device_accounts
set applied_at = null
where centre_id = %(centre_id)s and revoked_at is null;

-- set_aside --
-- Exclude the messages that arrived from a source in a stretch of time.
insert into set_aside (id, centre_id, source_id, since, until, reason, by, recorded_at)
values (%(id)s, %(centre_id)s, %(source_id)s, %(since)s, %(until)s, %(reason)s, %(by)s,
    %(recorded_at)s);

-- first_set_aside --
-- The earliest instant that what arrived of a source in a stretch of time speaks of.
select min(event_time) as at
from signals
where source_id = %(source_id)s and received_at >= %(since)s and received_at < %(until)s;

-- set_aside_of --
-- Select the excluded spans of some sources, as known before an instant.
select source_id, since, until
from set_aside
where source_id = any(%(source_ids)s) and recorded_at < %(recorded_before)s
order by source_id, since, until;

-- by_username --
-- The account of a login.
select id, centre_id, source_id, name, username, publishes, hears, created_at, revoked_at, reason,
    applied_at, paused_until
from device_accounts
where username = %(username)s;

-- refused_today --
-- Count a device's different attempts on a day, and find this one among them.
select count(*) as different,
    coalesce(bool_or(act = %(act)s and topic = %(topic)s), false) as is_known
from refusals
where account_id = %(account_id)s and day = %(day)s;

-- refuse --
-- A device tried something that is not its own, or tried it again.
insert into refusals (id, centre_id, account_id, day, act, topic, address, first_at, last_at, times)
values (%(id)s, %(centre_id)s, %(account_id)s, %(day)s, %(act)s, %(topic)s, %(address)s,
    %(at)s, %(at)s, 1)
on conflict (account_id, day, act, topic) do update
set last_at = excluded.last_at, address = excluded.address, times = refusals.times + 1;

-- refusals --
-- Select the refused attempts of a centre's devices, the latest first.
select account_id, act, topic, address, first_at, last_at, times
from refusals
where centre_id = %(centre_id)s and last_at >= %(since)s
order by last_at desc, id
limit %(most)s;

-- forget_refusals --
-- Retention: after a year.
delete from refusals
where day < current_date - 365;
