drop table clock_steps;
