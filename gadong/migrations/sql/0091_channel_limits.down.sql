drop table limit_judgements;
drop table limit_alarms;
drop table channel_limits;
