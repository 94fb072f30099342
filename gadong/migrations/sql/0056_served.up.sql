-- A centre writes only of companies that it serves (gadong/people/services/customers.py,
-- need_served), whatever service forgets to ask. A trigger, since the relation is a series of facts
-- and no row that a foreign key could name.
create function need_served() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    if new.company_id is not null and not exists (
        select from company_categories k
        where k.company_id = new.company_id and k.centre_id = new.centre_id
    ) then
        raise foreign_key_violation using
            message = 'the centre serves no such company', constraint = tg_table_name || '_served';
    end if;
    return new;
end $$;
do $$
declare
    name text;
begin
    foreach name in array array[
        'bookings', 'waiting', 'statements', 'entries', 'company_extras', 'party_profiles', 'stops'
    ] loop
        execute 'create trigger ' || name || '_served before insert on ' || name
            || ' for each row execute function need_served()';
    end loop;
end $$;
