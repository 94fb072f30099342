drop table ghost_runs_told;
