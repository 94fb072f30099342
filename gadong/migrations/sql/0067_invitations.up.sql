-- A mail about a booking carries its invitation (RFC 5546), as it was when the mail was written;
-- without one, nothing.
alter table deliveries add column invitation text not null default '';
