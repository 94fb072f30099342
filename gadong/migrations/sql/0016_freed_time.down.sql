drop table freed_time_listeners;
