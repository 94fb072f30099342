-- insert_budget --
-- A programme's budget of a year at some centres, from now on; without an amount it ends.
insert into programme_budgets (
    id, programme, year, centre_ids, amount, reason, set_by, recorded_at
)
values (%(id)s, %(programme)s, %(year)s, %(centre_ids)s, %(amount)s, %(reason)s, %(by)s,
    %(recorded_at)s);

-- year_budgets --
-- Select the budgets of a year that are in force, each with what was drawn on it.
select b.programme, b.year, b.centre_ids, b.amount,
    programme_paid(b.centre_ids, b.year, b.programme, 'infinity', null, null, null) as paid
from (
    select distinct on (programme, centre_ids) programme, year, centre_ids, amount
    from programme_budgets
    where year = %(year)s
    order by programme, centre_ids, recorded_at desc, id desc
) b
where b.amount is not null
order by b.programme, b.centre_ids;

-- year_left --
-- What others left of the year's budgets of a programme, for a company's month; null without one.
select programme_year_left(
    %(centre_id)s, %(company_id)s, %(month)s, %(programme)s, %(recorded_before)s::timestamptz
) as year_left;

-- lock_year --
-- One document after the other, of any centre, draws on a programme's budget of a year.
select pg_advisory_xact_lock(hashtextextended('programme year ' || %(year)s::text
    || %(programme)s::text, 0));

-- drawn --
-- Sum what all documents of a centre drew on each programme that were issued before an instant. No
-- company has the null identifier, so that no month is told apart.
select wanted.centre_id, wanted.programme, drawn.others as drawn
from unnest(%(centre_ids)s::uuid[], %(programmes)s::text[]) as wanted(centre_id, programme)
cross join lateral programme_drawn(
    wanted.centre_id, '00000000-0000-0000-0000-000000000000', '', wanted.programme,
    %(recorded_before)s::timestamptz
) drawn;

-- programme_spent --
-- Sum a programme's payments by a centre's documents that were issued before an instant, without
-- one company's month; for an issued month, before that issue. Engine 4 computed it so.
select programme_spent(
    %(centre_id)s, %(company_id)s, %(month)s, %(programme)s, %(recorded_before)s::timestamptz
) as spent;

-- lock_programme --
-- One document after the other draws on a programme's budget.
select pg_advisory_xact_lock(hashtextextended('programme ' || %(centre_id)s::text
    || %(programme)s::text, 0));
