-- insert_sign_on --
-- Somebody is sent to the provider.
insert into sign_ons (digest, verifier, nonce, person_id, going_to, expires_at)
values (%(digest)s, %(verifier)s, %(nonce)s, %(person_id)s, %(going_to)s, %(expires_at)s);

-- take_sign_on --
-- They came back, which counts once; the old ones go with it.
delete from sign_ons
where digest = %(digest)s or expires_at < now()
returning digest, verifier, nonce, person_id, going_to, expires_at;

-- link --
-- Somebody is known by the provider from now on; nothing, where either is known already.
insert into identities (issuer, subject, person_id)
values (%(issuer)s, %(subject)s, %(person_id)s)
on conflict do nothing;

-- use --
-- Whose identity this is, used just now, of somebody who may still log in.
update identities i
set last_used_at = now()
from people p
where i.issuer = %(issuer)s and i.subject = %(subject)s and p.id = i.person_id and p.disabled_at is null
returning i.person_id;

-- is_linked --
-- Whether the provider knows somebody.
select exists (
    select from identities where issuer = %(issuer)s and person_id = %(person_id)s
) as is_linked;

-- unlink --
-- The provider opens nothing for them any more.
delete from identities
where issuer = %(issuer)s and person_id = %(person_id)s;
