-- Whose messages the session reads: a topic may be heard for one binding and not yet for the next.
alter table listening add column heard_sources uuid[] not null default '{}';
