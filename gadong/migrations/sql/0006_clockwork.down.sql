drop table repeatable_requests, notices, outbox, job_runs;
