-- Ends of tenancies: the decision that was recorded last counts, whichever comes to the tenancy's
-- row first. A contract that was renewed keeps its end, and a renewal begins at that end.
-- And no tenancy and no lot begins for a company that withdrew its consent meanwhile.
-- Functions change under the names that the triggers call, and triggers are added.
create or replace function tenancy_begins() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    if new.renews is not null then
        -- The contract before is held, so that its end is not moved meanwhile.
        perform from tenancies
        where id = new.renews and unit_id = new.unit_id and company_id = new.company_id
            and not isempty(during) and upper(during) = new.since
        for update;
        if not found then
            raise check_violation using
                message = 'a renewal begins as the contract before it ends',
                    constraint = 'tenancies_renewal';
        end if;
    end if;
    new.during := daterange(new.since, new.agreed_until);
    return new;
end $$;

create or replace function end_tenancy() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    perform from tenancies
    where id = new.tenancy_id and centre_id = new.centre_id and company_id = new.company_id
        and since <= new.until
    for update;
    if not found then
        raise check_violation using
            message = 'a tenancy ends after it begins', constraint = 'tenancy_ends_after_begin';
    end if;
    if exists (
        select from tenancies where renews = new.tenancy_id and not isempty(during)
    ) then
        raise check_violation using
            message = 'a renewal goes on from the end', constraint = 'tenancy_ends_renewed';
    end if;
    -- Read after the row is held: another's decision may have been recorded later than this one.
    update tenancies t
    set during = daterange(t.since, (
        select e.until
        from tenancy_ends e
        where e.tenancy_id = t.id
        order by e.recorded_at desc, e.id desc
        limit 1
    ))
    where t.id = new.tenancy_id;
    return new;
end $$;

create trigger tenancies_consented after insert on tenancies
    for each row execute function need_consent();
create trigger storage_lots_consented after insert on storage_lots
    for each row execute function need_consent();
