delete from join_requests where registration_number = '';
alter table join_requests
    drop constraint join_requests_no_resident_number,
    drop constraint join_requests_kind,
    drop constraint join_requests_number,
    drop column identification,
    drop column kind,
    alter column registration_number type char(10),
    add constraint join_requests_number check (registration_number ~ '^[0-9]{10}$');
