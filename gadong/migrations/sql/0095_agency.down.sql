delete from centre_staff where role = 'agency';
alter table centre_staff drop constraint centre_staff_role;
alter table centre_staff add constraint centre_staff_role
    check (role in ('manager', 'technician', 'accountant', 'auditor', 'kiosk'));
