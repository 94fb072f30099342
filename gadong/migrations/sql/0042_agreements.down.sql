alter table join_requests drop column accepted;
drop table agreement_acceptances, agreements;
