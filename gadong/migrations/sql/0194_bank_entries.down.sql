drop table bank_columns;
drop table bank_settlements;
drop function bank_entries_settled_once();
drop table bank_entries;
