-- Duplicate keys end with the window of docs/adr/0042-duplicate-keys-end-with-a-window.md. The default is constant for the
-- statement, so that no row is rewritten; keys from before have the day of this migration.
alter table message_keys add column recorded_on date not null default current_date;

-- The highest number of a boot whose key was deleted: up to it a number without a key is known no more, and refused.
alter table sequence_positions add column pruned_upto bigint;
-- Keys were deleted a million numbers behind the watermark until now.
update sequence_positions set pruned_upto = upto - 1000000 where upto >= 1000000;

-- A number is found by its key, so that its second index goes. For older programs it stays possible, only slower.
drop index message_keys_by_sequence;
