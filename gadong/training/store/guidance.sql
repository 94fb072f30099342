-- columns (part) --
-- The columns of a guidance.
g.id, g.centre_id, g.company_id, g.person_id, g.kind, g.subject, g.wish, g.state, g.expert,
    g.starts_at, g.minutes, g.result, g.follow_up_on, g.good, g.entry_id, g.reason, g.requested_at

-- insert --
-- Insert a guidance.
insert into guidance (id, centre_id, company_id, person_id, kind, subject, wish, state, expert,
    starts_at, minutes, result, follow_up_on, good, entry_id, reason, requested_at)
values (%(id)s, %(centre_id)s, %(company_id)s, %(person_id)s, %(kind)s, %(subject)s, %(wish)s,
    %(state)s, %(expert)s, %(starts_at)s, %(minutes)s, %(result)s, %(follow_up_on)s, %(good)s,
    %(entry_id)s, %(reason)s, %(requested_at)s);

-- find --
-- Select a guidance, locked from others until the transaction ends.
select {columns}
from guidance g
where g.id = %(id)s
for update;

-- change --
-- Record the state after a step, and what the step said.
update guidance
set state = %(state)s, expert = %(expert)s, starts_at = %(starts_at)s, minutes = %(minutes)s,
    result = %(result)s, follow_up_on = %(follow_up_on)s, good = %(good)s,
    entry_id = %(entry_id)s, reason = %(reason)s
where id = %(id)s;

-- of_centre --
-- Select a centre's guidance that the transaction may see, the latest request first. A page goes on
-- after the instant and id of the page before.
select {columns}
from guidance g
left join companies c on c.id = g.company_id
where g.centre_id = %(centre_id)s
  and (%(company_ids)s::uuid[] is null or g.company_id = any(%(company_ids)s))
  and (%(words)s::text[] is null or regexp_replace(
      lower(normalize(concat_ws(' ', g.subject, g.expert, c.name), nfkc)), '[[:space:]-]', '', 'g')
      like all(%(words)s))
  and (%(after_id)s::uuid is null or (g.requested_at, g.id) < (%(after)s, %(after_id)s))
order by g.requested_at desc, g.id desc
limit %(most)s;

-- done_between --
-- Select what was done in each centre's time.
select {columns}
from unnest(%(centre_ids)s::uuid[], %(durings)s::tstzrange[]) as wanted(centre_id, during)
join guidance g on g.centre_id = wanted.centre_id and g.state = 'done'
  and g.starts_at >= lower(wanted.during) and g.starts_at < upper(wanted.during)
order by g.starts_at, g.id;

-- given --
-- Select who asked for guidance that was done and ended in a time, without those who left.
select g.id as guidance_id, g.centre_id, g.expert as code, g.person_id, g.company_id,
    g.starts_at as started_at, g.starts_at + make_interval(mins => g.minutes) as ended_at
from guidance g
join people p on p.id = g.person_id
where g.centre_id = %(centre_id)s
  and g.state = 'done'
  and g.starts_at + make_interval(mins => g.minutes) > %(since)s
  and g.starts_at + make_interval(mins => g.minutes) <= %(now)s
  and g.company_id is not null
  and p.disabled_at is null
order by ended_at, g.id;
