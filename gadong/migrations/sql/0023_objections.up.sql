-- A draft may be shown to its company before it is approved; until when it may object is fixed with
-- that.
alter table statements
    drop constraint statements_state,
    add constraint statements_state
        check (state in ('draft', 'checking', 'approved', 'issued', 'void')),
    add column check_until timestamptz;

-- What a company says is wrong with a line. A fact.
create table objections (
    id            uuid primary key,
    centre_id     uuid not null references centres,
    statement_id  uuid not null references statements,
    line_key      text not null,
    category      text not null,
    words         text not null,
    raised_by     uuid not null references people,
    raised_at     timestamptz not null,
    constraint objections_category
        check (category in ('time', 'not_ours', 'fault', 'attended', 'price', 'other')),
    constraint objections_words_given check (length(trim(words)) > 0)
);
create index objections_by_statement on objections (statement_id);
create trigger objections_are_facts before update or delete on objections
    for each row execute function refuse_change();

-- What a manager made of it: accepted (a decision or a correction follows) or rejected, each with
-- its reason. A fact.
create table objection_answers (
    objection_id  uuid primary key references objections,
    centre_id     uuid not null references centres,
    is_accepted   boolean not null,
    reason        text not null,
    answered_by   uuid not null references people,
    answered_at   timestamptz not null,
    constraint objection_answers_reason_given check (length(trim(reason)) > 0)
);
create trigger objection_answers_are_facts before update or delete on objection_answers
    for each row execute function refuse_change();

-- Which document goes with a mail; it is printed when the mail is sent.
alter table deliveries add column encloses jsonb;
