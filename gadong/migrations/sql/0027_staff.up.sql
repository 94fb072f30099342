-- What people are at a centre. Who managed one was its manager; one person may be several things.
create table centre_staff (
    centre_id  uuid not null references centres,
    person_id  uuid not null references people,
    role       text not null,
    constraint centre_staff_key primary key (centre_id, person_id, role),
    constraint centre_staff_role check (role in ('manager', 'technician', 'accountant',
        'auditor', 'kiosk'))
);
create index centre_staff_by_person on centre_staff (person_id);
insert into centre_staff (centre_id, person_id, role) select centre_id, person_id, 'manager'
from centre_managers;
drop table centre_managers;

-- Who may say who else is of the company. Until now everybody in it was alike, and nobody loses
-- anything.
alter table company_people add column is_owner boolean not null default true;
alter table company_people alter column is_owner drop default;

-- What a token was limited to; null is everything that its person may do.
alter table credentials add column rights text[];
