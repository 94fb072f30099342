-- insert --
-- A new machine.
insert into machines (id, centre_id, slug, kind, name_ko, name_en, seats)
values (%(id)s, %(centre_id)s, %(slug)s, %(kind)s, %(name_ko)s, %(name_en)s, %(seats)s);

-- set_seats --
-- Set how many seats a room has. Triggers keep those that are held, and that nothing observes it.
update machines
set seats = %(seats)s
where id = %(id)s;

-- of_centres --
-- The machines of some centres.
select id, centre_id, slug, kind, name_ko, name_en, retired_at, seats
from machines
where centre_id = any(%(centre_ids)s) and retired_at is null
order by slug, id;

-- in_service_since --
-- A centre's machines but those that were retired by an instant.
select id, centre_id, slug, kind, name_ko, name_en, retired_at, seats
from machines
where centre_id = %(centre_id)s and (retired_at is null or retired_at > %(since)s)
order by slug, id;

-- every --
-- All machines, for an administrator.
select id, centre_id, slug, kind, name_ko, name_en, retired_at, seats
from machines
where retired_at is null
order by slug, id;

-- by_slug --
-- The machines of that slug: one a centre.
select id, centre_id, slug, kind, name_ko, name_en, retired_at, seats
from machines
where slug = %(slug)s
order by id;

-- slugs --
-- The slugs of some machines.
select id, slug
from machines
where id = any(%(ids)s);

-- ids --
-- A centre's machines with their slugs, also those that are retired.
select id, slug
from machines
where centre_id = %(centre_id)s;

-- by_id --
-- One machine.
select id, centre_id, slug, kind, name_ko, name_en, retired_at, seats
from machines
where id = %(id)s;

-- retire --
-- A machine is shown no more, and its devices are heard no more; its past stays.
with ended as (
    update sources
    set retired_at = now()
    where machine_id = %(id)s and retired_at is null
    returning id
)
update machines
set retired_at = now()
where id = %(id)s and retired_at is null;

-- lock --
-- Machines are locked in the order of their ids, so that two bookings of several never wait for
-- each other in a ring. A mere reference to a machine, as a derived run's, need not wait.
select id
from machines
where id = any(%(ids)s)
order by id
for no key update;

-- lock_patiently --
-- The same, waiting so long for any lock and no longer until the transaction ends. Rows are locked
-- after they are joined, and so after the setting.
with patience as materialized (
    select set_config('lock_timeout', %(milliseconds)s, true)
)
select m.id
from machines m
cross join patience
where m.id = any(%(ids)s)
order by m.id
for no key update of m;

-- try_lock --
-- The machines of a list that nobody else works on, locked; the others are left out instead of
-- waited for.
select id
from machines
where id = any(%(ids)s)
order by id
for no key update skip locked;

-- insert_source --
-- A device's binding to a machine.
insert into sources (id, centre_id, machine_id, dialect, base, prefixes, shared, precedence)
values (%(id)s, %(centre_id)s, %(machine_id)s, %(dialect)s, %(base)s, %(prefixes)s, %(shared)s,
    %(precedence)s);

-- claim_channels --
-- The channels of a device that a source reads; what it has claimed before stays.
insert into source_channels (centre_id, source_id, dialect, base, channel)
select %(centre_id)s, %(source_id)s, %(dialect)s, %(base)s, named.channel
from unnest(%(channels)s::text[]) as named (channel)
where not exists (
    select
    from source_channels c
    where c.source_id = %(source_id)s and c.dialect = %(dialect)s and c.base = %(base)s
      and c.channel = named.channel
);

-- leave_channels --
-- A source reads other channels from now on.
delete from source_channels
where source_id = %(source_id)s;

-- insert_source_settings --
-- Insert a source's settings from an instant on.
insert into source_settings (centre_id, source_id, effective_from, settings)
values (%(centre_id)s, %(source_id)s, %(effective_from)s, %(settings)s);

-- retire_source --
-- The binding ends; what it said stays.
update sources
set retired_at = now()
where id = %(id)s and retired_at is null;

-- sources --
-- The bindings of a centre or of a machine, with the settings known before an instant. The retired
-- ones are wanted for reading the past, not for listening.
select s.id, s.centre_id, s.machine_id, s.dialect, s.base, s.prefixes, s.shared, s.precedence,
    t.settings
from sources s
join lateral (
    select settings
    from source_settings
    where source_id = s.id and recorded_at < %(recorded_before)s
    order by effective_from desc, recorded_at desc
    limit 1
) t on true
where (s.centre_id = %(centre_id)s or s.machine_id = %(machine_id)s)
  and (s.retired_at is null or %(with_retired)s)
order by s.id;

-- meterings --
-- Select every version of the settings of a machine's sources, by the instant from which it counts,
-- as known before another.
select s.id, s.precedence, t.effective_from, t.settings
from sources s
join lateral (
    select distinct on (effective_from) effective_from, settings
    from source_settings
    where source_id = s.id and recorded_at < %(recorded_before)s
    order by effective_from, recorded_at desc
) t on true
where s.machine_id = %(machine_id)s
order by s.id, t.effective_from;

-- source --
-- One binding, with the settings that were set last for the latest time.
select s.id, s.centre_id, s.machine_id, s.dialect, s.base, s.prefixes, s.shared, s.precedence,
    t.settings
from sources s
join lateral (
    select settings
    from source_settings
    where source_id = s.id
    order by effective_from desc, recorded_at desc
    limit 1
) t on true
where s.id = %(id)s and s.retired_at is null;

-- mark --
-- A machine's runs are due from an instant on.
insert into derivation_marks (machine_id, centre_id, since)
values (%(machine_id)s, %(centre_id)s, %(since)s);

-- set_abilities --
-- Set a machine's abilities.
update machines
set abilities = %(abilities)s
where id = %(id)s;

-- abilities --
-- Select the abilities of the machines of some centres.
select id, abilities
from machines
where centre_id = any(%(centre_ids)s) and retired_at is null;
