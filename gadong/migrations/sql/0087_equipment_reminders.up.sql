-- Reminders of equipment that falls due: each day, or number of hours, is told once.
create table equipment_reminders (
    centre_id   uuid not null references centres,
    machine_id  uuid not null references machines,
    subject     text not null,
    due         text not null,
    told_at     timestamptz not null default now(),
    constraint equipment_reminders_key primary key (machine_id, subject, due)
);
alter table equipment_reminders enable row level security;
create policy everything on equipment_reminders to gadong_system using (true);
