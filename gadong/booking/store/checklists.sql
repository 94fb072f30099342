-- publish --
-- The next version of a machine's checklist.
insert into checklists (id, centre_id, machine_id, moment, version, questions, published_by)
values (%(id)s, %(centre_id)s, %(machine_id)s, %(moment)s, %(version)s, %(questions)s,
    %(published_by)s);

-- in_force --
-- The latest version of each checklist of a machine.
select distinct on (moment) id, centre_id, machine_id, moment, version, questions, published_at
from checklists
where machine_id = %(machine_id)s
order by moment, version desc;

-- of_centre --
-- The latest version of each checklist of a centre's machines.
select distinct on (machine_id, moment) id, centre_id, machine_id, moment, version, questions,
    published_at
from checklists
where centre_id = %(centre_id)s
order by machine_id, moment, version desc;

-- insert_answer --
-- The answers of a person.
insert into checklist_answers (id, centre_id, machine_id, checklist_id, booking_id, company_id,
    person_id, answers, is_passed, closure_id, answered_at)
values (%(id)s, %(centre_id)s, %(machine_id)s, %(checklist_id)s, %(booking_id)s, %(company_id)s,
    %(person_id)s, %(answers)s, %(is_passed)s, %(closure_id)s, %(answered_at)s);

-- insert_photo --
-- The photo of one answer.
insert into checklist_photos (answer_id, question, centre_id, data)
values (%(answer_id)s, %(question)s, %(centre_id)s, %(data)s);

-- photo --
-- The photo of one answer.
select a.centre_id, a.company_id, p.data
from checklist_photos p
join checklist_answers a on a.id = p.answer_id
where p.answer_id = %(answer_id)s and p.question = %(question)s;

-- answered --
-- The moments for which a booking has a checklist that passed.
select distinct l.moment
from checklist_answers a
join checklists l on l.id = a.checklist_id
where a.booking_id = %(booking_id)s and a.is_passed;

-- is_closed --
-- Return whether a failed checklist holds a machine closed.
select checklist_closes(%(machine_id)s, %(at)s) as is_closed;

-- log --
-- The answers of a centre in a stretch of time, the latest first.
select a.id, a.machine_id, l.moment, l.version, l.questions, a.answers, a.booking_id, a.company_id,
    a.person_id, p.name as person_name, a.is_passed, a.closure_id, a.answered_at
from checklist_answers a
join checklists l on l.id = a.checklist_id
join people p on p.id = a.person_id
where a.centre_id = %(centre_id)s
  and (%(machine_id)s::uuid is null or a.machine_id = %(machine_id)s)
  and a.answered_at >= %(since)s
  and a.answered_at < %(until)s
  and (%(before_at)s::timestamptz is null
       or (a.answered_at, a.id) < (%(before_at)s, %(before_id)s::uuid))
order by a.answered_at desc, a.id desc
limit %(most)s;

-- unanswered --
-- Bookings that ended in a stretch of time while their machine had a checklist after use, without
-- its answers.
select b.id, b.machine_id, b.person_id, p.name as person_name,
    coalesce(b.checked_out_at, upper(b.during)) as ended_at
from bookings b
join people p on p.id = b.person_id
join lateral (
    select questions
    from checklists l
    where l.machine_id = b.machine_id
      and l.moment = 'after'
      and l.published_at <= coalesce(b.checked_out_at, upper(b.during))
    order by l.version desc
    limit 1
) l on jsonb_array_length(l.questions) > 0
where b.centre_id = %(centre_id)s
  and b.state = 'completed'
  and b.during && tstzrange(%(since)s, %(until)s)
  and not exists (
    select
    from checklist_answers a
    join checklists l on l.id = a.checklist_id
    where a.booking_id = b.id and l.moment = 'after'
  )
order by ended_at desc, b.id
limit 200;
