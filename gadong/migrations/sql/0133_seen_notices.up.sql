-- When a person last looked at their notices; null: never. Later ones are counted at the bell.
-- Adding the column takes an ACCESS EXCLUSIVE lock for an instant and rewrites nothing.
alter table notice_preferences add column seen_at timestamptz;
