alter table monthly_applications drop column seats, drop column equipment;
