drop trigger storage_lots_consented on storage_lots;
drop trigger tenancies_consented on tenancies;
create or replace function tenancy_begins() returns trigger language plpgsql as $$
begin
    new.during := daterange(new.since, new.agreed_until);
    return new;
end $$;
create or replace function end_tenancy() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    update tenancies set during = daterange(since, new.until)
    where id = new.tenancy_id and centre_id = new.centre_id and company_id = new.company_id
        and since <= new.until;
    if not found then
        raise check_violation using
            message = 'a tenancy ends after it begins', constraint = 'tenancy_ends_after_begin';
    end if;
    return new;
end $$;
