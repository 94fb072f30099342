drop table statement_series, statements, decisions, tariffs;
drop function refuse_truncate();
drop function refuse_issued_change();
drop function refuse_published_change();
