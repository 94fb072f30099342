delete from deliveries where channel = 'text';
alter table deliveries drop constraint deliveries_channel;
alter table deliveries add constraint deliveries_channel check (channel in ('mail', 'webhook'));
drop table text_accounts, phone_numbers;
