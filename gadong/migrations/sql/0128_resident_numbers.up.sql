-- A resident registration number is refused however its digits are written, and in each text of a
-- request to join. Rows of before are left as they are (`not valid`). The small tables are locked
-- for an instant each (ACCESS EXCLUSIVE).
-- The older programs go on: they write no such text, and one that is refused answers as before.
create function holds_resident_number(given text) returns boolean
    language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
    select normalize(given, NFKC) ~ '(^|[^0-9])[0-9]{6}[^0-9[:alpha:]]{0,3}[0-9]{7}($|[^0-9])'
$$;
alter table payers
    drop constraint payers_no_resident_number,
    add constraint payers_no_resident_number
        check (not holds_resident_number(identification)) not valid;
alter table join_requests
    drop constraint join_requests_no_resident_number,
    add constraint join_requests_no_resident_number check (
        not holds_resident_number(identification)
        and not holds_resident_number(company)
        and not holds_resident_number(name)
        and not holds_resident_number(email)
    ) not valid;

revoke execute on function holds_resident_number(text) from public;
grant execute on function holds_resident_number(text) to gadong_app, gadong_system;
select close_to_public();
