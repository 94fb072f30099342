-- What waits for several machines at once waits no more.
update waiting set state = 'left' where cardinality(also) > 0 and state in ('waiting', 'offered');
drop index waiting_by_also;
alter table waiting drop column also;
