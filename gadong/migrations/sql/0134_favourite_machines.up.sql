-- Machines that a person marked as favourites, which begin the person's list of machines.
-- A new table alone; the older programs go on, which know nothing of it.
create table favourite_machines (
    person_id   uuid not null references people,
    machine_id  uuid not null references machines,
    centre_id   uuid not null references centres,
    marked_at   timestamptz not null,
    constraint favourite_machines_key primary key (person_id, machine_id)
);
alter table favourite_machines enable row level security;
create policy everything on favourite_machines to gadong_system using (true);
create policy permitted on favourite_machines to gadong_app
    using (person_id = (select permit_by()));
select close_to_public();
