-- What was recorded late is looked for by its recording alone. Pages that the index has not summed
-- up are read each time, and of a chunk that nothing more is written to the last fifth would stay
-- so for ever.
drop index signals_by_recording;
create index signals_by_recording on signals using brin (recorded_at)
    with (pages_per_range = 32, autosummarize = on);
