-- A program that works for a centre, whoever comes and goes: it has tokens, and no password, mail
-- or company.
alter table people add column is_program boolean not null default false;
alter table people add constraint people_program check (not (is_program and is_administrator));
-- Its tokens are its centre's to make and to end; a person's stay their own.
create policy programs on credentials to gadong_app using (
    exists (
        select
        from people p
        join centre_staff s on s.person_id = p.id
        where p.id = credentials.person_id and p.is_program
            and s.centre_id = any ((select permit_centres())::uuid[])
    ));
