-- insert_sign_on --
-- Insert a login in progress at the provider.
insert into sign_ons (digest, verifier, nonce, person_id, going_to, expires_at)
values (%(digest)s, %(verifier)s, %(nonce)s, %(person_id)s, %(going_to)s, %(expires_at)s);

-- take_sign_on --
-- Delete and return a login in progress, and delete expired ones.
delete from sign_ons
where digest = %(digest)s or expires_at < now()
returning digest, verifier, nonce, person_id, going_to, expires_at;

-- link --
-- Link an identity to a person; change nothing if either is linked already.
insert into identities (issuer, subject, person_id)
values (%(issuer)s, %(subject)s, %(person_id)s)
on conflict do nothing;

-- use --
-- Select the person of an identity, if the account is enabled, and record the use.
update identities i
set last_used_at = now()
from people p
where i.issuer = %(issuer)s and i.subject = %(subject)s and p.id = i.person_id
  and p.disabled_at is null
returning i.person_id;

-- is_linked --
-- Select whether a person has an identity at the provider.
select exists (
    select from identities where issuer = %(issuer)s and person_id = %(person_id)s
) as is_linked;

-- move --
-- Give a provider's identities its new issuer, but for people who are linked to that already.
update identities i
set issuer = %(new)s
where i.issuer = %(old)s
  and not exists (
    select from identities o
    where o.issuer = %(new)s and (o.subject = i.subject or o.person_id = i.person_id)
  );

-- linked_to --
-- Count the identities of an issuer.
select count(*) as links from identities where issuer = %(issuer)s;

-- unlink --
-- Delete a person's identity at the provider.
delete from identities
where issuer = %(issuer)s and person_id = %(person_id)s;
