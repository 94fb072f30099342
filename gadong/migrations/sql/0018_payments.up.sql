-- When an issued statement is to be paid, fixed with its issue. Null on those issued before: they
-- are never overdue.
alter table statements add column due_on date;

-- What was paid of a statement. A fact: a wrong entry is taken back by another of the opposite
-- sign.
create table payments (
    id            uuid primary key,
    centre_id     uuid not null references centres,
    statement_id  uuid not null references statements,
    amount        bigint not null,
    paid_on       date not null,
    note          text not null,
    reverses      uuid references payments,
    recorded_by   uuid not null references people,
    recorded_at   timestamptz not null,
    constraint payments_sign check (amount <> 0 and (amount < 0) = (reverses is not null)),
    constraint payments_reverse_once unique (reverses)
);
create index payments_by_statement on payments (statement_id);
create trigger payments_are_facts before update or delete on payments
    for each row execute function refuse_change();

-- What was said of a statement once: that it is overdue.
create table statement_remarks (
    centre_id     uuid not null references centres,
    statement_id  uuid not null references statements,
    kind          text not null,
    at            timestamptz not null default now(),
    constraint statement_remarks_key primary key (statement_id, kind)
);
