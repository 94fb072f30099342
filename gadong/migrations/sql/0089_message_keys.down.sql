create index message_keys_by_sequence on message_keys (source_id, boot, seq) where seq is not null;
alter table sequence_positions drop column pruned_upto;
alter table message_keys drop column recorded_on;
