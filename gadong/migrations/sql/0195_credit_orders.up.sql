-- A firm's wish that its credit pays what is issued to it by itself (ADR 78). A new table alone:
-- the older programs go on and leave each credit to a person's decision.
create table credit_orders (
    id            uuid primary key,
    centre_id     uuid not null references centres,
    company_id    uuid not null references companies,
    is_automatic  boolean not null,
    -- How the firm asked: on the page, on paper or by telephone.
    asked         text not null,
    set_by        uuid not null references people,
    recorded_at   timestamptz not null,
    constraint credit_orders_asked check (asked in ('page', 'paper', 'telephone'))
);
create index credit_orders_by_company on credit_orders (centre_id, company_id, recorded_at desc);
create index credit_orders_of_company on credit_orders (company_id);
create trigger credit_orders_are_facts before update or delete on credit_orders
    for each row execute function refuse_change();
create trigger credit_orders_served before insert on credit_orders
    for each row execute function need_served();
create constraint trigger credit_orders_audited after insert on credit_orders
    deferrable initially deferred for each row execute function audit_row();
revoke update, delete on credit_orders from gadong_app, gadong_system;
alter table credit_orders enable row level security;
create policy permitted on credit_orders to gadong_app using (
    centre_id = any ((select permit_centres())::uuid[])
    or company_id = any ((select permit_companies())::uuid[])
);
create policy everything on credit_orders to gadong_system using (true);
-- A firm's people read it; an owner says it in their own name.
create policy written on credit_orders as restrictive for insert to gadong_app with check (
    set_by = (select permit_by())
    and (
        centre_id = any ((select permit_centres())::uuid[])
        or asked = 'page' and exists (
            select
            from company_people m
            where m.company_id = credit_orders.company_id and m.person_id = (select permit_by())
                and m.is_owner
        )
    )
);
select close_to_public();
