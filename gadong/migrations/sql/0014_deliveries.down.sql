drop table deliveries, webhooks, notice_preferences;
