drop table machine_photos;
