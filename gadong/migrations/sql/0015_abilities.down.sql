alter table machines drop column abilities;
