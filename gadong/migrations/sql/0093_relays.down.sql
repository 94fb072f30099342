drop table relay_positions;
