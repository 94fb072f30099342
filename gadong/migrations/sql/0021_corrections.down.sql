drop table tax_invoices;
drop table corrections;
drop table statement_voids;
create or replace function refuse_issued_change() returns trigger language plpgsql as $$
begin
    if old.state = 'issued' then
        raise exception 'an issued statement is never changed' using errcode = 'restrict_violation';
    end if;
    return case when tg_op = 'DELETE' then old else new end;
end $$;
drop index statements_one_a_month;
alter table statements
    drop constraint statements_state,
    drop constraint statements_issued_complete,
    add constraint statements_one_a_month unique (centre_id, company_id, month),
    add constraint statements_state check (state in ('draft', 'approved', 'issued')),
    add constraint statements_issued_complete check (
        (state = 'issued') = (number is not null and sequence is not null and issued_at is not null
            and issued_by is not null and chain_hash is not null and previous_hash is not null)
    );
