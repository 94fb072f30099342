drop index signals_by_recording;
drop table known_runs;
