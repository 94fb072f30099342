drop trigger tariffs_recorded on tariffs;
drop function publish_behind_the_lock();
