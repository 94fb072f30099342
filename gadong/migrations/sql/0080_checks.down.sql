alter table listening drop column dropped_at;
alter table listening drop column dropped;
drop table backups;
drop table check_states;
