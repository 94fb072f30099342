alter table join_requests
    drop constraint join_requests_no_resident_number,
    add constraint join_requests_no_resident_number
        check (identification !~ '(^|[^0-9])[0-9]{6}[- ]?[0-9]{7}($|[^0-9])') not valid;
alter table payers
    drop constraint payers_no_resident_number,
    add constraint payers_no_resident_number
        check (identification !~ '(^|[^0-9])[0-9]{6}[- ]?[0-9]{7}($|[^0-9])') not valid;
drop function holds_resident_number(text);
