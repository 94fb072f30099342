drop table favourite_machines;
