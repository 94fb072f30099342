drop table programme_claim_payments;
drop function programme_claim_payment_fits();
