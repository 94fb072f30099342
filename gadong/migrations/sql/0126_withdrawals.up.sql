-- A company takes back its consent to be served by a centre (ADR 52). What it booked and was
-- charged stays, as the law wants; from then on the centre books nothing for it, until it consents
-- anew.
-- A new table, a function and triggers alone. The triggers on bookings and waiting take a SHARE ROW
-- EXCLUSIVE lock for an instant.
create table withdrawals (
    id            uuid primary key,
    centre_id     uuid not null references centres,
    company_id    uuid not null references companies,
    reason        text not null default '',
    withdrawn_by  uuid references people,
    withdrawn_at  timestamptz not null default clock_timestamp()
);
create index withdrawals_by_company on withdrawals (company_id, centre_id, withdrawn_at);
create trigger withdrawals_are_facts before update or delete on withdrawals
    for each row execute function refuse_change();
create constraint trigger withdrawals_audited after insert on withdrawals
    deferrable initially deferred for each row execute function audit_row();
revoke update, delete on withdrawals from gadong_app, gadong_system;
alter table withdrawals enable row level security;
-- The programs insert a row once they have seen that the company asked.
create policy permitted on withdrawals for select to gadong_app using (
    centre_id = any ((select permit_centres())::uuid[])
    or company_id = any ((select permit_companies())::uuid[])
);
create policy everything on withdrawals to gadong_system using (true);

-- Whether a company took its consent back and did not consent again, whoever asks.
create function has_withdrawn(asked_centre uuid, asked_company uuid) returns boolean
    language sql stable security definer set search_path = public, pg_temp as $$
    select exists (
        select from withdrawals w
        where w.centre_id = asked_centre and w.company_id = asked_company
            and not exists (
                select from consents c
                where c.centre_id = asked_centre and c.company_id = asked_company
                    and c.is_given and c.decided_at > w.withdrawn_at
            )
    )
$$;

-- A withdrawal locks the company's row for update, for which the foreign key of a new booking
-- waits. This trigger comes after the key's, so that it sees a withdrawal that the key waited for.
create function need_consent() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    if has_withdrawn(new.centre_id, new.company_id) then
        raise foreign_key_violation using
            message = 'the company withdrew its consent',
            constraint = tg_table_name || '_consented';
    end if;
    return null;
end $$;
create trigger bookings_consented after insert on bookings
    for each row execute function need_consent();
create trigger waiting_consented after insert on waiting
    for each row execute function need_consent();
grant execute on function has_withdrawn(uuid, uuid) to gadong_app, gadong_system;
select close_to_public();
