alter table credentials drop column proven_at;
