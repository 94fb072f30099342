drop table calibration_files;
