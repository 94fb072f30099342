drop table job_events;
