do $$
declare
    name text;
begin
    foreach name in array array[
        'bookings', 'waiting', 'statements', 'entries', 'company_extras', 'party_profiles', 'stops'
    ] loop
        execute 'drop trigger ' || name || '_served on ' || name;
    end loop;
end $$;
drop function need_served();
