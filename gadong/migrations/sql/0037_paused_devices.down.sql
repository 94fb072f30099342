drop trigger device_accounts_paused on device_accounts;
alter table device_accounts drop column paused_until;
