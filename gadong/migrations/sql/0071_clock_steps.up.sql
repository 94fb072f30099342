-- Steps of the database's clock that the scheduler saw: `seen_at` by the new time, `step` negative
-- where it was set back.
create table clock_steps (
    number   bigint generated always as identity primary key,
    seen_at  timestamptz not null default clock_timestamp(),
    step     interval not null
);
