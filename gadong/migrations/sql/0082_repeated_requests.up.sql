-- Answers that are given again under an Idempotency-Key, encrypted, whatever was made. A row
-- without either is a request that is being answered.
alter table repeatable_requests
    alter column made drop not null,
    add column answer text,
    add constraint repeatable_requests_sealed check (answer is null or answer like 'sealed:1:%');
