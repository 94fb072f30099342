-- A centre's month in figures, as known before an instant. A derivation: it is computed again, and
-- replaced.
create table report_months (
    centre_id        uuid not null references centres,
    month            char(7) not null,
    document         jsonb not null,
    recorded_before  timestamptz not null,
    engine_version   text not null,
    constraint report_months_key primary key (centre_id, month)
);
