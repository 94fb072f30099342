drop index signals_by_recording;
create index signals_by_recording on signals using brin (recorded_at) with (pages_per_range = 32);
