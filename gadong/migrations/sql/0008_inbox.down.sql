drop table inbox_messages;
drop table inbox_devices;
alter table centres drop column discovery;
drop table quarantined_messages;
alter table quarantine drop column kept_bytes, drop column kept;
