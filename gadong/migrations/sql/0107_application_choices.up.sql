-- What an application chooses: slugs of equipment, and seats of a room. The defaults are one value
-- for the statement, so that no row is rewritten; the lock is brief.
alter table monthly_applications
    add column equipment text[] not null default '{}',
    add column seats integer not null default 1,
    add constraint monthly_applications_seats check (seats between 1 and 200);
