-- round_columns (part) --
-- The columns that make a round.
id, centre_id, machine_id, month, during, ordering, seed_digest, committed_at, seed, drawn_at;

-- columns (part) --
-- The columns that make an application.
id, round_id, centre_id, machine_id, company_id, person_id, during, applied_at, state, purpose,
    answers, usage_mode, equipment, seats, rank, minutes, place, booking_id, problems,
    alternatives, may_wait;

-- open_round --
-- Open a round with the digest of its seed; one that is there stays as it is.
insert into application_rounds (
    id, centre_id, machine_id, month, during, ordering, seed_digest, committed_at
)
values (
    %(id)s, %(centre_id)s, %(machine_id)s, %(month)s, %(during)s, %(ordering)s, %(seed_digest)s,
    %(committed_at)s
)
on conflict (machine_id, month) do nothing
returning id;

-- keep_seed --
-- Keep the seed of a round that was opened just now.
insert into application_seeds (round_id, centre_id, seed)
values (%(round_id)s, %(centre_id)s, %(seed)s);

-- round_of --
-- Select the round of a machine and month.
select {round_columns}
from application_rounds
where machine_id = %(machine_id)s and month = %(month)s;

-- round_by_id --
-- Select one round.
select {round_columns}
from application_rounds
where id = %(id)s;

-- rounds --
-- Select a centre's rounds, the latest month first.
select {round_columns}
from application_rounds
where centre_id = %(centre_id)s
order by month desc, machine_id
limit 500;

-- rounds_since --
-- Select the rounds of some machines for a month and those after it.
select {round_columns}
from application_rounds
where machine_id = any(%(machine_ids)s) and month >= %(since)s;

-- due --
-- Select the rounds whose window is over and that are not drawn, the oldest first.
select {round_columns}
from application_rounds
where drawn_at is null and upper(during) <= %(now)s
order by upper(during), id;

-- lock_round --
-- Lock a round until the transaction ends.
select {round_columns}
from application_rounds
where id = %(id)s
for update;

-- seed_of --
-- Select the seed of a round.
select seed
from application_seeds
where round_id = %(round_id)s;

-- reveal --
-- Write a round's seed into it; the round is drawn.
update application_rounds
set seed = %(seed)s, drawn_at = %(drawn_at)s
where id = %(id)s;

-- insert --
-- Apply for a period.
insert into monthly_applications (
    id, round_id, centre_id, machine_id, company_id, person_id, during, applied_at, purpose,
    answers, usage_mode, equipment, seats
)
values (
    %(id)s, %(round_id)s, %(centre_id)s, %(machine_id)s, %(company_id)s, %(person_id)s, %(during)s,
    %(applied_at)s, %(purpose)s, %(answers)s, %(usage_mode)s, %(equipment)s,
    %(seats)s
);

-- by_id --
-- Select one application.
select {columns}
from monthly_applications
where id = %(id)s;

-- of_round --
-- Select the applications of a round, in the order of the draw and then of asking.
select {columns}
from monthly_applications
where round_id = %(round_id)s
order by place nulls last, applied_at, id;

-- number_of --
-- Count a company's applications in a round that were not withdrawn.
select count(*) as applications
from monthly_applications
where round_id = %(round_id)s and company_id = %(company_id)s and state <> 'withdrawn';

-- page --
-- Select the applications of centres and companies, the latest first.
select {columns}
from monthly_applications
where (centre_id = any(%(centre_ids)s) or company_id = any(%(company_ids)s))
  and (%(state)s::text is null or state = %(state)s)
order by applied_at desc, id desc
limit 500;

-- withdraw --
-- Withdraw an application.
update monthly_applications
set state = 'withdrawn'
where id = %(id)s and state = 'applied';

-- answer --
-- Write the draw's answer to an application.
update monthly_applications
set state = %(state)s, rank = %(rank)s, minutes = %(minutes)s, place = %(place)s,
    booking_id = %(booking_id)s, problems = %(problems)s, alternatives = %(alternatives)s,
    may_wait = %(may_wait)s
where id = %(id)s;

-- minutes_before --
-- Sum the minutes that companies booked on a machine in a stretch of time; no-shows count.
select company_id,
    (sum(extract(epoch from upper(during * %(during)s) - lower(during * %(during)s))) / 60)::integer
        as minutes
from bookings
where machine_id = %(machine_id)s
  and during && %(during)s
  and state in ('pending', 'confirmed', 'checked_in', 'in_use', 'completed', 'no_show')
group by company_id;
