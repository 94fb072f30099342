-- A device that sends more than any device does rests until then. That it was paused is on record;
-- that it may speak again is nobody's act.
alter table device_accounts add column paused_until timestamptz;
create constraint trigger device_accounts_paused after update on device_accounts
    deferrable initially deferred for each row
    when (new.paused_until > coalesce(old.paused_until, '-infinity')) execute function audit_row();
