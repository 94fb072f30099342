drop table guidance;
