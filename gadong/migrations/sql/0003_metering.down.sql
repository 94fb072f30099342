drop table metering_marks, live_states, runs;
