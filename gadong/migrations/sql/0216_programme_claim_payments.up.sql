-- Money of programmes' payers (ADR 84): what came for a final claim, or is not expected any more.
-- A new table alone; the older programs go on, for which every claim is open.
create table programme_claim_payments (
    id              uuid primary key,
    centre_id       uuid not null references centres,
    claim_id        uuid not null references programme_claims,
    amount          bigint not null,
    is_written_off  boolean not null,
    paid_on         date not null,
    note            text not null,
    reverses        uuid references programme_claim_payments,
    recorded_by     uuid not null references people,
    recorded_at     timestamptz not null,
    constraint programme_claim_payments_sign check (
        amount <> 0 and (amount < 0) = (reverses is not null)
    ),
    constraint programme_claim_payments_reverse_once unique (reverses),
    constraint programme_claim_payments_written_off_for_a_reason check (
        not is_written_off or length(trim(note)) > 0
    )
);
create index programme_claim_payments_by_claim on programme_claim_payments (claim_id);

-- Never more is paid of a claim than it is of, whoever enters money at the same time. An entry that
-- takes back another is its opposite.
create function programme_claim_payment_fits() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
declare
    claimed bigint;
    paid bigint;
begin
    select amount into claimed
    from programme_claims
    where id = new.claim_id and centre_id = new.centre_id
    for share;
    perform pg_advisory_xact_lock(hashtextextended('programme claim ' || new.claim_id::text, 0));
    select coalesce(sum(amount), 0) into paid
    from programme_claim_payments
    where claim_id = new.claim_id;
    if claimed is null or paid + new.amount not between 0 and claimed then
        raise check_violation using message = 'no more is paid than is claimed',
            constraint = 'programme_claim_payments_fit';
    end if;
    if new.reverses is not null and not exists (
        select from programme_claim_payments p
        where p.id = new.reverses and p.reverses is null and p.claim_id = new.claim_id
          and p.amount = -new.amount and p.is_written_off = new.is_written_off
    ) then
        raise check_violation using message = 'an entry takes back all of another',
            constraint = 'programme_claim_payments_reversal';
    end if;
    return new;
end $$;
revoke execute on function programme_claim_payment_fits() from public;
create trigger programme_claim_payments_fit before insert on programme_claim_payments
    for each row execute function programme_claim_payment_fits();
create trigger programme_claim_payments_are_facts before update or delete
    on programme_claim_payments for each row execute function refuse_change();
create constraint trigger programme_claim_payments_audited after insert on programme_claim_payments
    deferrable initially deferred for each row execute function audit_row();
revoke update, delete on programme_claim_payments from gadong_app, gadong_system;
alter table programme_claim_payments enable row level security;
create policy permitted on programme_claim_payments to gadong_app
    using (centre_id = any ((select permit_centres())::uuid[]));
create policy everything on programme_claim_payments to gadong_system using (true);
select close_to_public();
