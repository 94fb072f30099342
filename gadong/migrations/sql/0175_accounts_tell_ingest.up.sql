-- A device that has an account is searched for by its account's topics, also where a centre does
-- not search everywhere. So ingest is notified of accounts that are made or cut off, as of other
-- news of devices (0099). What ingest itself writes, when the broker is told, is no news.
-- Creating a trigger takes a SHARE ROW EXCLUSIVE lock on the table, for an instant.
create trigger device_accounts_tell_ingest after insert or update of revoked_at on device_accounts
    for each row execute function tell_ingest();
