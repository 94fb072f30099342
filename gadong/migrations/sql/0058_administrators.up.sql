-- Nobody loses the last administrator of an installation, by whatever way: who administers would be
-- lost with them.
create function keep_an_administrator() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    -- Two who end each other at once: the second one looks when the first is done.
    perform pg_advisory_xact_lock(hashtextextended('the last administrator', 0));
    if not exists (select from people where is_administrator and disabled_at is null) then
        raise check_violation using
            message = 'an installation has at least one administrator',
            constraint = 'people_last_administrator';
    end if;
    return null;
end $$;
create trigger people_last_administrator after update or delete on people
    for each row
    when (old.is_administrator and old.disabled_at is null)
    execute function keep_an_administrator();
