drop table commission_events, commission_items, commissions, commission_series;
drop function number_commission(), commission_follows(), commission_is_open();
