-- insert --
-- A company's word on a line.
insert into objections (id, centre_id, statement_id, line_key, category, words,
    raised_by, raised_at)
values (%(id)s, %(centre_id)s, %(statement_id)s, %(line_key)s, %(category)s, %(words)s,
    %(raised_by)s, %(raised_at)s);

-- answer --
-- A manager's word on an objection; nothing where it has one already.
insert into objection_answers (objection_id, centre_id, is_accepted, reason,
    answered_by, answered_at)
values (%(objection_id)s, %(centre_id)s, %(is_accepted)s, %(reason)s, %(answered_by)s,
    %(answered_at)s)
on conflict do nothing;

-- of_statement --
-- A statement's objections with their answers, in order.
select o.id, o.centre_id, o.statement_id, o.line_key, o.category, o.words, o.raised_by, o.raised_at,
    a.is_accepted, a.reason, a.answered_by, a.answered_at
from objections o
left join objection_answers a on a.objection_id = o.id
where o.statement_id = %(statement_id)s
order by o.raised_at, o.id;

-- one --
-- One objection with its answer.
select o.id, o.centre_id, o.statement_id, o.line_key, o.category, o.words, o.raised_by, o.raised_at,
    a.is_accepted, a.reason, a.answered_by, a.answered_at
from objections o
left join objection_answers a on a.objection_id = o.id
where o.id = %(id)s;

-- open --
-- A centre's objections that nobody has answered, the oldest first.
select o.id, o.centre_id, o.statement_id, o.line_key, o.category, o.words, o.raised_by, o.raised_at,
    null as is_accepted, null as reason, null as answered_by, null as answered_at
from objections o
where o.centre_id = %(centre_id)s
  and not exists (select from objection_answers a where a.objection_id = o.id)
order by o.raised_at, o.id
limit 200;
