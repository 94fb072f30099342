-- columns (part) --
-- The columns of a commission.
c.id, c.centre_id, c.company_id, c.person_id, c.year, c.sequence, c.subject, c.wish, c.state,
    c.is_urgent, c.due_on, c.prepayment, c.reason, c.requested_at

-- insert --
-- Insert a request; a trigger gives it its number.
insert into commissions (id, centre_id, company_id, person_id, year, sequence, subject, wish, state,
    is_urgent, due_on, prepayment, reason, requested_at)
values (%(id)s, %(centre_id)s, %(company_id)s, %(person_id)s, 0, 0, %(subject)s, %(wish)s,
    %(state)s, %(is_urgent)s, %(due_on)s, %(prepayment)s, %(reason)s, %(requested_at)s)
returning year, sequence;

-- find --
-- Select a commission, locked from others until the transaction ends.
select {columns}
from commissions c
where c.id = %(id)s
for update;

-- change --
-- Record the state after a step, and what the step said.
update commissions
set state = %(state)s, is_urgent = %(is_urgent)s, due_on = %(due_on)s,
    prepayment = %(prepayment)s, reason = %(reason)s
where id = %(id)s;

-- of_centre --
-- Select a centre's commissions that the transaction may see, the latest request first. A page goes
-- on after the instant and id of the page before.
select {columns}
from commissions c
left join companies f on f.id = c.company_id
where c.centre_id = %(centre_id)s
  and (%(company_ids)s::uuid[] is null or c.company_id = any(%(company_ids)s))
  and (%(states)s::text[] is null or c.state = any(%(states)s))
  and (%(words)s::text[] is null or regexp_replace(
      lower(normalize(concat_ws(' ', c.year || '-' || lpad(c.sequence::text, 4, '0'), c.subject,
          f.name), nfkc)), '[[:space:]-]', '', 'g')
      like all(%(words)s))
  and (%(after_id)s::uuid is null or (c.requested_at, c.id) < (%(after)s, %(after_id)s))
order by c.requested_at desc, c.id desc
limit %(most)s;

-- items --
-- Select the items of some commissions.
select commission_id, position, good, name_ko, name_en, measure, quantity, booking_id,
    entry_id
from commission_items
where commission_id = any(%(ids)s)
order by commission_id, position;

-- remove_items --
-- Remove the items of a commission, for others to take their place.
delete from commission_items
where commission_id = %(commission_id)s;

-- insert_item --
-- Insert an item.
insert into commission_items (id, commission_id, centre_id, company_id, position, good, name_ko,
    name_en, measure, quantity, booking_id, entry_id)
values (%(id)s, %(commission_id)s, %(centre_id)s, %(company_id)s, %(position)s, %(good)s,
    %(name_ko)s, %(name_en)s, %(measure)s, %(quantity)s, %(booking_id)s,
    %(entry_id)s);

-- insert_event --
-- Insert a step.
insert into commission_events (id, commission_id, centre_id, company_id, step, state, at, reason,
    data, recorded_by, recorded_at)
values (%(id)s, %(commission_id)s, %(centre_id)s, %(company_id)s, %(step)s, %(state)s, %(at)s,
    %(reason)s, %(data)s, %(recorded_by)s, %(recorded_at)s);

-- events --
-- Select the steps of some commissions, in order.
select id, commission_id, step, state, at, reason, data, recorded_by, recorded_at
from commission_events
where commission_id = any(%(ids)s)
order by commission_id, recorded_at, id;
