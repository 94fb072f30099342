-- publish --
-- Insert a version of a centre's pledge with its text.
insert into pledges (id, centre_id, version, ko, en, published_by)
values (%(id)s, %(centre_id)s, %(version)s, %(ko)s, %(en)s, %(by)s);

-- of_centre --
-- Select a centre's pledges, the latest first.
select id, version, ko, en, published_at
from pledges
where centre_id = %(centre_id)s
order by published_at desc, id;

-- accept --
-- Record a person's acceptance of a version; a name that has a text by now is accepted anew.
insert into accepted_terms (centre_id, person_id, version, pledge_id, recorded_by)
values (%(centre_id)s, %(person_id)s, %(version)s, (
    select id from pledges where centre_id = %(centre_id)s and version = %(version)s
), %(by)s)
on conflict on constraint accepted_terms_key do nothing;

-- accepted --
-- Select the versions that some people have accepted; one whose text came later is not among them.
select t.person_id, t.version
from accepted_terms t
where t.centre_id = %(centre_id)s
  and t.person_id = any(%(person_ids)s)
  and (
      t.pledge_id is not null
      or not exists (
          select from pledges p where p.centre_id = t.centre_id and p.version = t.version
      )
  );

-- acceptances --
-- Select the acceptances at a centre, the latest first.
select t.person_id, who.name, t.version, t.pledge_id, t.accepted_at, t.recorded_by
from accepted_terms t
join people who on who.id = t.person_id
where t.centre_id = %(centre_id)s
  and (%(version)s::text is null or t.version = %(version)s)
order by t.accepted_at desc, t.person_id
limit %(most)s;

-- of_person --
-- Select a person's acceptances at a centre, the latest first.
select t.person_id, who.name, t.version, t.pledge_id, t.accepted_at, t.recorded_by
from accepted_terms t
join people who on who.id = t.person_id
where t.centre_id = %(centre_id)s and t.person_id = %(person_id)s
order by t.accepted_at desc;
