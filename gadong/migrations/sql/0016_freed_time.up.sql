-- Who wants to hear when time becomes free on a machine: from how many minutes on, and how many
-- days ahead.
create table freed_time_listeners (
    centre_id   uuid not null references centres,
    machine_id  uuid not null references machines,
    person_id   uuid not null references people,
    minutes     integer not null,
    days        integer not null,
    constraint freed_time_listeners_key primary key (machine_id, person_id),
    constraint freed_time_listeners_bounds
        check (minutes between 1 and 44640 and days between 1 and 60)
);
