drop table upkeep_reversals;
drop table upkeep_entries;
