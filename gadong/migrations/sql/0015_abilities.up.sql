-- What a machine can do, for whoever looks for one: build volume, materials, accuracy.
alter table machines add column abilities jsonb not null default '{}';
