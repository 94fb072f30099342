drop trigger centres_tell_ingest on centres;
drop function tell_ingest_of_centres();
drop trigger inbox_devices_tell_ingest on inbox_devices;
drop trigger handovers_tell_ingest on handovers;
drop trigger interlocks_tell_ingest on interlocks;
drop trigger device_secrets_tell_ingest on device_secrets;
drop trigger source_settings_tell_ingest on source_settings;
drop trigger sources_tell_ingest on sources;
drop function tell_ingest();
