drop function topics_taken(text[], uuid, boolean);
drop table device_accounts;
