drop table credit_orders;
