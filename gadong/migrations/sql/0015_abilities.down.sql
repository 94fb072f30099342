alter table machines drop column properties;
