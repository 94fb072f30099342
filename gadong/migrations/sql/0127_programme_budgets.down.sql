drop function programme_year_left(uuid, uuid, text, text, timestamptz);
drop function programme_paid(uuid[], integer, text, timestamptz, uuid, uuid, text);
drop table programme_budgets;
