delete from deliveries where channel = 'push';
alter table deliveries drop constraint deliveries_channel;
alter table deliveries add constraint deliveries_channel
    check (channel in ('mail', 'webhook', 'text'));
drop trigger push_subscriptions_end on credentials;
drop function push_subscriptions_end();
drop table push_subscriptions;
