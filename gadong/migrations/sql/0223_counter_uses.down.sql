drop table counter_uses;
drop function counter_use_follows();
