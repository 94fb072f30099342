-- page --
-- Select a page of a centre's entries, the latest first.
select number, at, by, origin, centre_id, action, what, which, why, changed, before, after,
    previous, hash
from audit_entries
where (%(centre_id)s::uuid is null or centre_id = %(centre_id)s)
  and (%(before)s::bigint is null or number < %(before)s)
order by number desc
limit %(most)s;

-- after --
-- Select the chain after an entry.
select number, at, by, origin, centre_id, action, what, which, why, changed, before, after,
    previous, hash
from audit_entries
where number > %(number)s
order by number
limit %(most)s;

-- head --
-- Select the end of the chain.
select number, hash
from audit_head;

-- say --
-- Record a fact that no row's change shows: a refusal, or the reason of a change.
select audit_say(%(action)s, %(what)s, %(which)s, %(why)s);

-- read --
-- Record that a caller read personal data.
select audit_read(%(what)s, %(which)s, %(why)s, %(centre_id)s);
