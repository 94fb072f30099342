drop table programme_claim_documents, programme_claims;
drop function programme_claim_adds_up();
