-- The kind of a payer at a centre (none: a business), what it gave in place of a number with the
-- tax office, and the number under which cash receipts are issued to it.
create table payers (
    centre_id        uuid not null references centres,
    company_id       uuid not null references companies,
    kind             text not null,
    identification   text not null default '',
    receipt_purpose  text not null default 'unnamed',
    receipt_number   text not null default '',
    set_by           uuid references people,
    constraint payers_key primary key (centre_id, company_id),
    constraint payers_kind check (kind in (
        'business', 'individual', 'founder', 'student', 'farm', 'council', 'cooperative'
    )),
    constraint payers_receipt check (
        receipt_purpose in ('deduction', 'proof', 'unnamed')
        and (receipt_purpose = 'unnamed') = (receipt_number = '')
        and receipt_number ~ '^[0-9]*$'
    ),
    constraint payers_no_resident_number
        check (identification !~ '(^|[^0-9])[0-9]{6}[- ]?[0-9]{7}($|[^0-9])')
);
create index payers_by_company on payers (company_id);
alter table payers enable row level security;
create policy permitted on payers to gadong_app using (
    centre_id = any ((select permit_centres())::uuid[])
    or company_id = any ((select permit_companies())::uuid[])
);
create policy everything on payers to gadong_system using (true);
create constraint trigger payers_audited after insert or update or delete on payers
    deferrable initially deferred for each row execute function audit_row();
create trigger payers_served before insert on payers
    for each row execute function need_served();

-- A company without a number with the tax office is a payer of another kind than a business.
alter table companies alter column registration_number drop not null;
create function need_payer_kind() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    if new.registration_number is null and not exists (
        select from payers p where p.company_id = new.id and p.kind <> 'business'
    ) then
        raise check_violation using
            message = 'a company without a number has a kind', constraint = 'companies_kind';
    end if;
    return null;
end $$;
create constraint trigger companies_kind after insert or update on companies
    deferrable initially deferred for each row execute function need_payer_kind();

-- The cash receipts (현금영수증) that were issued elsewhere for a statement. Facts; a cancelled one
-- is another, of an amount below nothing.
create table cash_receipts (
    id            uuid primary key,
    centre_id     uuid not null references centres,
    statement_id  uuid not null references statements,
    approval      text not null,
    amount        bigint not null,
    issued_on     date not null,
    recorded_by   uuid not null references people,
    recorded_at   timestamptz not null,
    constraint cash_receipts_approval_unique unique (approval, issued_on),
    constraint cash_receipts_approval_form check (approval ~ '^[0-9A-Za-z]{9}$'),
    constraint cash_receipts_amount check (amount <> 0)
);
create index cash_receipts_by_statement on cash_receipts (statement_id);
create trigger cash_receipts_are_facts before update or delete on cash_receipts
    for each row execute function refuse_change();
create constraint trigger cash_receipts_audited after insert on cash_receipts
    deferrable initially deferred for each row execute function audit_row();
revoke update, delete on cash_receipts from gadong_app, gadong_system;
alter table cash_receipts enable row level security;
create policy permitted on cash_receipts to gadong_app using (
    centre_id = any ((select permit_centres())::uuid[])
    or exists (select from statements s where s.id = statement_id)
);
create policy everything on cash_receipts to gadong_system using (true);
select close_to_public();
