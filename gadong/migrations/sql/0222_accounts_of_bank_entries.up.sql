-- A centre with accounts at two banks names the account of a table, so that equal lines of two
-- accounts are two. Brief: the default is a constant. The older programs name none.
alter table bank_entries add column account text not null default '';
alter table bank_entries add constraint bank_entries_account check (length(account) <= 40);
