drop trigger payments_reverse_by_transfer on payments;
drop function payments_reverse_by_transfer();
