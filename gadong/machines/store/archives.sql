-- raw_begins --
-- Since when messages or signals lie in the database; null without any.
select raw_begins() as at;

-- source_ids --
-- Select a centre's sources, also those that are retired.
select id
from sources
where centre_id = %(centre_id)s
order by id;

-- machine_ids --
-- Select a centre's machines, also those that are retired.
select id
from machines
where centre_id = %(centre_id)s
order by id;

-- messages --
-- Select a source's messages of a stretch of time that were recorded in another, in the order in
-- which the index has them.
select uuid_send(id), machine_id::text, source_id::text, topic, payload, qos, retained, received_at,
    recorded_at
from messages
where source_id = %(source_id)s and centre_id = %(centre_id)s
  and received_at >= %(since)s and received_at < %(until)s
  and recorded_at >= %(recorded_from)s and recorded_at < %(recorded_before)s
  and not exists (
    select from unnest(%(others_since)s::timestamptz[], %(others_until)s::timestamptz[],
        %(others_from)s::timestamptz[], %(others_before)s::timestamptz[])
        as f(since, until, recorded_from, recorded_before)
    where received_at >= f.since and received_at < f.until
      and recorded_at >= f.recorded_from and recorded_at < f.recorded_before
  )
order by received_at, id;

-- signals --
-- Select a machine's signals likewise. The order puts the signals of one message side by side, and
-- each channel's in the same order each time.
select uuid_send(message_id), machine_id::text, source_id::text, channel, part, event_time,
    time_rule, received_at, recorded_at, ordinal, qos, text_value, number, uncertain_seconds
from signals
where machine_id = %(machine_id)s and centre_id = %(centre_id)s
  and event_time >= %(since)s and event_time < %(until)s
  and recorded_at >= %(recorded_from)s and recorded_at < %(recorded_before)s
  and not exists (
    select from unnest(%(others_since)s::timestamptz[], %(others_until)s::timestamptz[],
        %(others_from)s::timestamptz[], %(others_before)s::timestamptz[])
        as f(since, until, recorded_from, recorded_before)
    where event_time >= f.since and event_time < f.until
      and recorded_at >= f.recorded_from and recorded_at < f.recorded_before
  )
order by event_time, message_id, ordinal, channel, part;

-- columns (part) --
id, centre_id, month, kind, part, since, until, recorded_from, recorded_before, file, digest, bytes,
    rows, written_at, restored_until, deleted_at

-- insert --
-- Record a file that is complete.
insert into archived_months (id, centre_id, month, kind, part, since, until, recorded_from,
    recorded_before, file, digest, bytes, rows)
values (%(id)s, %(centre_id)s, %(month)s, %(kind)s, %(part)s, %(since)s, %(until)s,
    %(recorded_from)s, %(recorded_before)s, %(file)s, %(digest)s, %(bytes)s, %(rows)s)
returning {columns};

-- of_installation --
-- Select every file, also those that retention deleted.
select {columns}
from archived_months
order by centre_id, month, kind, part;

-- of_centres --
-- Select the files of some centres that are there.
select {columns}
from archived_months
where centre_id = any(%(centre_ids)s) and deleted_at is null
order by month, kind, part;

-- readable --
-- Select the files of a kind that the permit reaches, those around an instant first.
select {columns}
from archived_months
where kind = %(kind)s and deleted_at is null
order by abs(extract(epoch from since - %(near)s::timestamptz)), part;

-- of_stretch --
-- Select a centre's files of a kind that overlap a stretch of time.
select {columns}
from archived_months
where centre_id = %(centre_id)s and kind = %(kind)s and deleted_at is null
  and since < %(until)s and until > %(from)s
order by since, part;

-- lock_month --
-- Lock the files of a centre's month until the transaction ends.
select {columns}
from archived_months
where centre_id = %(centre_id)s and month = %(month)s and deleted_at is null
order by kind, part
for update;

-- set_restored --
-- The rows of a file lie in the hypertable until an instant; none, once they left again.
update archived_months
set restored_until = %(until)s
where id = %(id)s;

-- end_restored --
-- What was restored and is over leaves with the next chunks.
update archived_months
set restored_until = null
where restored_until <= %(now)s;

-- restored_from --
-- Since when the earliest restored month lasts; null where none is restored.
select min(since) as at
from archived_months
where restored_until > clock_timestamp() and deleted_at is null;

-- set_deleted --
-- Record that retention deletes a file.
update archived_months
set deleted_at = %(now)s
where id = %(id)s and deleted_at is null;

-- unarchived --
-- Select each centre and kind with rows before an instant that no file has.
select centre_id, kind, earliest
from unarchived_rows(%(before)s)
order by centre_id, kind;

-- drop --
-- Drop the chunks from before an instant.
select drop_archived(%(before)s) as chunks;

-- gone_before --
-- Before which instant raw rows were dropped.
select before
from retired_signals;

-- chunks --
-- Count the chunks from before an instant.
select count(*) as chunks
from raw_chunks(%(before)s);

-- return_messages --
-- Insert rows of a file that the hypertable does not have.
insert into messages (id, centre_id, machine_id, source_id, topic, payload, qos, retained,
    received_at, recorded_at)
select f.id, %(centre_id)s, f.machine_id, f.source_id, f.topic, f.payload, f.qos, f.retained,
    f.received_at, f.recorded_at
from unnest(%(ids)s::uuid[], %(machine_ids)s::uuid[], %(source_ids)s::uuid[], %(topics)s::text[],
    %(payloads)s::bytea[], %(qos)s::smallint[], %(retained)s::boolean[],
    %(received)s::timestamptz[], %(recorded)s::timestamptz[])
    as f(id, machine_id, source_id, topic, payload, qos, retained, received_at, recorded_at)
where not exists (
    select from messages m
    where m.id = f.id and m.source_id = f.source_id and m.received_at = f.received_at
);

-- return_signals --
-- The same of signals.
insert into signals (centre_id, machine_id, source_id, channel, event_time, time_rule,
    received_at, recorded_at, message_id, ordinal, qos, text_value, number, part,
    uncertain_seconds)
select %(centre_id)s, f.machine_id, f.source_id, f.channel, f.event_time, f.time_rule,
    f.received_at, f.recorded_at, f.message_id, f.ordinal, f.qos, f.text_value, f.number, f.part,
    f.uncertain_seconds
from unnest(%(message_ids)s::uuid[], %(machine_ids)s::uuid[], %(source_ids)s::uuid[],
    %(channels)s::text[], %(parts)s::text[], %(events)s::timestamptz[], %(rules)s::text[],
    %(received)s::timestamptz[], %(recorded)s::timestamptz[], %(ordinals)s::smallint[],
    %(qos)s::smallint[], %(texts)s::text[], %(numbers)s::float8[], %(uncertain)s::real[])
    as f(message_id, machine_id, source_id, channel, part, event_time, time_rule, received_at,
        recorded_at, ordinal, qos, text_value, number, uncertain_seconds)
where not exists (
    select from signals s
    where s.machine_id = f.machine_id and s.event_time = f.event_time
      and s.message_id = f.message_id and s.ordinal = f.ordinal
      and s.channel = f.channel and s.part = f.part
);
