-- Slugs of the equipment that was chosen where a machine needs any of several. The default is one
-- value for the statement, so that no row is rewritten; the lock is brief.
alter table bookings add column equipment text[] not null default '{}';
alter table waiting add column equipment text[] not null default '{}';
