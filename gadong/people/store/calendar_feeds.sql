-- insert --
-- A new feed, by the digest of its address's secret.
insert into feeds (id, person_id, centre_id, machine_id, digest)
values (%(id)s, %(person_id)s, %(centre_id)s, %(machine_id)s, %(digest)s);

-- of_person --
-- A person's feeds that still answer.
select id, person_id, centre_id, machine_id, created_at
from feeds
where person_id = %(person_id)s and revoked_at is null
order by id;

-- by_digest --
-- The feed of an address.
select id, person_id, centre_id, machine_id, created_at
from feeds
where digest = %(digest)s and revoked_at is null;

-- revoke --
-- The address answers no more.
update feeds
set revoked_at = now()
where id = %(id)s and person_id = %(person_id)s and revoked_at is null;

-- revoke_all --
-- Revoke every feed of a person.
update feeds
set revoked_at = now()
where person_id = %(person_id)s and revoked_at is null;
