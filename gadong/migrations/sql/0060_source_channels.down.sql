alter table inbox_devices drop column opened_at;
drop function topics_taken(text[], uuid, boolean, uuid[]);
drop trigger sources_leave_channels on sources;
drop function leave_channels();
drop table source_channels;
