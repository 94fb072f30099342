-- A company's people who book by telephone and never log in: their address is nobody's, and nothing
-- is mailed to it.
alter table people add column has_login boolean not null default true;
