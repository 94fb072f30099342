-- A hypertable is dropped by itself.
drop table signals;
drop table messages;
drop table listening, outages, quarantine, sequence_positions, message_keys, source_settings,
    sources, machine_settings, machines;
drop function refuse_change();
