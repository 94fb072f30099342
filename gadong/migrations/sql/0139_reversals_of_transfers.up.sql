-- A payment that takes back one by a transfer is by that transfer as well (ADR 68), whoever writes.
-- A program that does not know `transfer_id` would leave it out: the statement was owed again, and
-- the firm's credit lacked the money. Older programs go on, and this trigger sets the column.
-- It takes a SHARE ROW EXCLUSIVE lock on payments for an instant.
create function payments_reverse_by_transfer() returns trigger language plpgsql security definer
    set search_path = public, pg_temp as $$
begin
    new.transfer_id := (select transfer_id from payments where id = new.reverses);
    return new;
end $$;
revoke execute on function payments_reverse_by_transfer() from public;
create trigger payments_reverse_by_transfer before insert on payments
    for each row when (new.reverses is not null) execute function payments_reverse_by_transfer();
