alter table deliveries drop column encloses;
drop table objection_answers;
drop table objections;
update statements set state = 'draft' where state = 'checking';
alter table statements
    drop column check_until,
    drop constraint statements_state,
    add constraint statements_state check (state in ('draft', 'approved', 'issued', 'void'));
