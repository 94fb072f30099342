-- When a move left its booking's time, where that was later than cancelling it was free, and by its
-- own people's choice: cancelled afterwards, the booking is a cancellation of that time. What was
-- moved before gives nothing up. An ACCESS EXCLUSIVE lock for an instant, and nothing is rewritten.
-- The older programs go on: they record moves that give nothing up.
alter table booking_events add column left_late_at timestamptz;
