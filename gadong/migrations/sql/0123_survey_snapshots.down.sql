drop table survey_snapshots;
