-- oldest_dues --
-- Select the due day of the oldest unpaid statement of each of some companies at a centre. Their
-- credit pays the oldest first: what it covers is not unpaid.
with balances as (
    select s.company_id, s.due_on, s.month, s.id,
        s.total - coalesce((s.document -> 'totals' ->> 'subsidy')::bigint, 0)
            + coalesce((select sum(difference) from corrections where statement_id = s.id), 0)
            - coalesce((select sum(amount) from payments where statement_id = s.id), 0) as owed,
        coalesce((
            select sum(amount) from payments where statement_id = s.id and not is_written_off
        ), 0) - greatest(
            s.total - coalesce((s.document -> 'totals' ->> 'subsidy')::bigint, 0)
                + coalesce((select sum(difference) from corrections where statement_id = s.id), 0),
            0
        ) as overpaid
    from statements s
    where s.centre_id = %(centre_id)s and s.company_id = any(%(company_ids)s)
      and s.state = 'issued'
),
transferred as (
    select t.company_id, t.amount
    from transfers t
    where t.centre_id = %(centre_id)s and t.company_id = any(%(company_ids)s)
    union all
    select t.company_id, -p.amount
    from transfers t
    join payments p on p.transfer_id = t.id
    where t.centre_id = %(centre_id)s and t.company_id = any(%(company_ids)s)
),
credits as (
    select company_id, sum(amount) as credit
    from (
        select company_id, overpaid as amount
        from balances
        where overpaid > 0
        union all
        select company_id, amount
        from transferred
    ) c
    group by company_id
),
debts as (
    select b.company_id, b.due_on,
        sum(b.owed) over (
            partition by b.company_id
            order by b.due_on nulls last, b.month, b.id
        ) as owed_until
    from balances b
    where b.owed > 0
)
select d.company_id, min(d.due_on) as due_on
from debts d
left join credits c using (company_id)
where d.due_on is not null and d.owed_until > coalesce(c.credit, 0)
group by d.company_id;
