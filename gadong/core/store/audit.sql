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

-- adrift --
-- Rows that somebody changed, added or removed without the triggers of the audit.
select what, which, is_there
from audit_adrift()
order by what, which, is_there;

-- open_doors --
-- By which a login that owns nothing could write entries of what never happened; nothing where all
-- is shut.
select 'everybody may make temporary tables' as door
where has_database_privilege('gadong_app', current_database(), 'temporary')
   or has_database_privilege('gadong_system', current_database(), 'temporary')
union all
select 'everybody may execute ' || p.oid::regprocedure
from pg_proc p
where p.pronamespace = 'public'::regnamespace
  and has_function_privilege('public', p.oid, 'execute')
  and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
union all
select 'the trigger ' || t.tgname || ' is switched off'
from pg_trigger t
join pg_class c on c.oid = t.tgrelid
where not t.tgisinternal and t.tgenabled not in ('O', 'A')
    and c.relnamespace = 'public'::regnamespace
order by door;
