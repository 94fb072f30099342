-- The oldest revision whose programs work with this schema. A migration that takes away what they
-- use raises it, in the same file; a program that is older than that stops with the reason.
create table schema_range (
    oldest  text not null,
    single  boolean not null default true,
    constraint schema_range_single primary key (single),
    constraint schema_range_is_single check (single)
);
insert into schema_range (oldest) values ('0071_clock_steps');
