alter table credentials drop column rights;
alter table company_people drop column is_owner;
create table centre_managers (
    centre_id  uuid not null references centres,
    person_id  uuid not null references people,
    constraint centre_managers_key primary key (centre_id, person_id)
);
insert into centre_managers (centre_id, person_id)
select centre_id, person_id from centre_staff where role = 'manager';
drop table centre_staff;
