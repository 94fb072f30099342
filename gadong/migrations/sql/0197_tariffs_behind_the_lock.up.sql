-- A tariff that is published is a fact of statements, so its instant is taken behind its centre's
-- recording lock as those of migration 0120 are (ADR 80). A statement that was issued between the
-- publication and its commit rested on the prices before, and differed for good.
create function publish_behind_the_lock() returns trigger language plpgsql as $$
begin
    perform pg_advisory_xact_lock_shared(
        hashtextextended('recording ' || new.centre_id, 0)
    );
    new.published_at := clock_timestamp();
    return new;
end
$$;

create trigger tariffs_recorded before update on tariffs
    for each row when (old.published_at is null and new.published_at is not null)
    execute function publish_behind_the_lock();
