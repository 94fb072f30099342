alter table listening drop column heard_sources;
