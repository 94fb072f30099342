-- Who was told that their training lapses, and when it would: told once of each end.
create table qualification_reminders (
    centre_id  uuid not null references centres,
    person_id  uuid not null references people,
    code       text not null,
    lapses_on  date not null,
    told_at    timestamptz not null default now(),
    constraint qualification_reminders_key primary key (centre_id, person_id, code, lapses_on)
);
alter table qualification_reminders enable row level security;
create policy everything on qualification_reminders to gadong_system using (true);
