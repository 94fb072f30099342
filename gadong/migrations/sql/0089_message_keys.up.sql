-- Duplicate keys end with a window (docs/adr/0042-duplicate-keys-end-with-a-window.md). The default
-- is one value for the statement, so that no row is rewritten; older keys have this migration's
-- day.
alter table message_keys add column recorded_on date not null default current_date;

-- The highest number of a boot whose key was deleted. A number up to it without a key is refused.
alter table sequence_positions add column pruned_upto bigint;
-- Keys were deleted a million numbers behind the watermark until now.
update sequence_positions set pruned_upto = upto - 1000000 where upto >= 1000000;

-- A number is found by its key. Older programs go on, only slower, until they are restarted.
drop index message_keys_by_sequence;
