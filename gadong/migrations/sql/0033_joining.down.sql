drop policy posted on deliveries;
drop policy invited on recovery_links;
drop table join_requests;
