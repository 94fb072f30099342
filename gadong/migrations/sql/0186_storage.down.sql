drop table storage_moves, storage_lots;
drop function check_storage_move();
