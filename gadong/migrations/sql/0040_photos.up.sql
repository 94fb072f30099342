-- How a machine looks, made small (services/photos.py): one picture a machine.
create table machine_photos (
    machine_id  uuid primary key references machines,
    centre_id   uuid not null references centres,
    digest      text not null,
    data        bytea not null,
    changed_at  timestamptz not null default clock_timestamp(),
    changed_by  uuid references people,
    constraint machine_photos_small check (length(data) <= 1000000)
);
alter table machine_photos enable row level security;
create policy permitted on machine_photos to gadong_app
    using (centre_id = any ((select permit_entered())::uuid[]));
create policy everything on machine_photos to gadong_system using (true);
