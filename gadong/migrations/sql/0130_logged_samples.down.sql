drop table logged_samples;
