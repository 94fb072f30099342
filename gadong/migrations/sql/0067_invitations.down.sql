alter table deliveries drop column invitation;
