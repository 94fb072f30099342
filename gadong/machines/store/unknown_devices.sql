-- discovery --
-- Select the filters of a centre's search for unknown devices, and its accounts' own topics.
select c.discovery, (select count(*) from centres) = 1 as is_only,
    array(
        select distinct topic
        from device_accounts a
        cross join unnest(a.publishes) as topic
        where a.centre_id = c.id and a.revoked_at is null
        order by topic
    ) as own
from centres c
where c.id = %(centre_id)s;

-- set_discovery --
-- Set the filters of a centre's search for unknown devices.
update centres
set discovery = %(filters)s
where id = %(centre_id)s;

-- meet --
-- A device that nobody has bound was heard (again); a surer guess of what it is replaces the first.
-- No more devices than the limit: one that invents names must not fill the disk.
insert into inbox_devices (id, centre_id, dialect, base, options, certainty, name, heard,
    first_at, last_at)
select %(id)s, %(centre_id)s, %(dialect)s, %(base)s, %(options)s, %(certainty)s, %(name)s,
    %(heard)s, %(first_at)s, %(last_at)s
where (select count(*) from inbox_devices where centre_id = %(centre_id)s) < %(most)s
   or exists (
       select from inbox_devices
       where centre_id = %(centre_id)s and dialect = %(dialect)s and base = %(base)s
   )
on conflict (centre_id, dialect, base) do update
set heard = inbox_devices.heard + excluded.heard,
    last_at = greatest(inbox_devices.last_at, excluded.last_at),
    options = case when excluded.certainty >= inbox_devices.certainty then excluded.options
        else inbox_devices.options end,
    certainty = greatest(inbox_devices.certainty, excluded.certainty),
    name = case when excluded.name <> '' then excluded.name else inbox_devices.name end
returning id, opened_at;

-- open_bound --
-- A manager wants to bind another machine to a device that is bound already.
insert into inbox_devices (id, centre_id, dialect, base, options, certainty, name, heard, first_at,
    last_at, opened_at)
values (%(id)s, %(centre_id)s, %(dialect)s, %(base)s, %(options)s, 1, '', 0, now(), now(), now())
on conflict (centre_id, dialect, base) do update
set opened_at = coalesce(inbox_devices.opened_at, inbox_devices.first_at)
returning id;

-- copy_heard --
-- Copy the messages of a device's sources of the last hour into the inbox, each once, if it has
-- none of them.
with heard as (
    select distinct on (m.received_at, m.topic, m.payload) m.centre_id, m.topic, m.payload, m.qos,
        m.retained, m.received_at
    from messages m
    where m.source_id = any(%(source_ids)s) and m.received_at > now() - interval '1 hour'
      and not exists (select from inbox_messages i where i.device_id = %(device_id)s)
    order by m.received_at desc, m.topic, m.payload
    limit %(most)s
)
insert into inbox_messages (device_id, centre_id, topic, payload, qos, retained, received_at)
select %(device_id)s, centre_id, topic, payload, qos, retained, received_at
from heard
order by received_at;

-- bound_in_part --
-- Devices of the inbox of which a live source reads something.
select d.dialect, d.base
from inbox_devices d
where d.centre_id = %(centre_id)s
  and exists (
      select
      from sources s
      where s.centre_id = d.centre_id and s.dialect = d.dialect and s.base = d.base
          and s.retired_at is null
  );

-- opened --
-- Devices that a manager laid in the inbox.
select id
from inbox_devices
where centre_id = %(centre_id)s and opened_at is not null;

-- keep --
-- One of its messages.
insert into inbox_messages (device_id, centre_id, topic, payload, qos, retained, received_at)
values (%(device_id)s, %(centre_id)s, %(topic)s, %(payload)s, %(qos)s, %(retained)s,
    %(received_at)s);

-- trim --
-- A device's oldest messages go where there are too many or they weigh too much.
with weighed as (
    select id,
        row_number() over newest as position,
        sum(octet_length(payload)) over newest as bytes
    from inbox_messages
    where device_id = %(device_id)s
    window newest as (order by id desc)
)
delete from inbox_messages m
using weighed w
where w.id = m.id and (w.position > %(most)s or w.bytes > %(most_bytes)s);

-- devices --
-- A centre's unknown devices, the latest heard first.
select id, centre_id, dialect, base, options, certainty, name, heard, first_at, last_at
from inbox_devices
where centre_id = %(centre_id)s
order by certainty desc, last_at desc, id;

-- device --
-- One unknown device.
select id, centre_id, dialect, base, options, certainty, name, heard, first_at, last_at
from inbox_devices
where id = %(id)s;

-- messages --
-- Select an unknown device's messages, the latest first.
select id, topic, payload, qos, retained, received_at
from inbox_messages
where device_id = %(device_id)s
order by id desc
limit %(most)s;

-- everything --
-- All messages of a centre's unknown devices, in the order they came.
select id, device_id, topic, payload, qos, retained, received_at
from inbox_messages
where centre_id = %(centre_id)s
order by id
for update;

-- last_message --
-- The number of a centre's last message.
select coalesce(max(id), 0) as number
from inbox_messages
where centre_id = %(centre_id)s;

-- forget_messages --
-- These were read by a source.
delete from inbox_messages
where id = any(%(ids)s);

-- forget_silent --
-- Devices of which no message is left after a binding took them.
delete from inbox_devices d
where d.id = any(%(ids)s) and not exists (select from inbox_messages m where m.device_id = d.id);

-- dismiss --
-- A device that nobody wants; it comes again if it goes on speaking.
delete from inbox_devices
where id = %(id)s;
