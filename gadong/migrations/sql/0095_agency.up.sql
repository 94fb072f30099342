-- An agency compares centres by their figures; its people have a role at each of them.
alter table centre_staff drop constraint centre_staff_role;
alter table centre_staff add constraint centre_staff_role
    check (role in ('manager', 'technician', 'accountant', 'auditor', 'kiosk', 'agency'));
