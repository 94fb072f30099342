drop table month_locks;
