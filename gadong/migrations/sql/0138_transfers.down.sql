drop trigger payments_not_overspent on payments;
alter table payments drop column transfer_id;
drop table transfers;
drop function transfers_not_overspent();
