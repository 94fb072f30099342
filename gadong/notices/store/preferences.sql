-- preferences --
-- Select a person's preferences and address.
select p.email, coalesce(n.language, 'ko') as language, coalesce(n.by_mail, true) as by_mail,
    coalesce(n.muted, '{}') as muted
from people p
left join notice_preferences n on n.person_id = p.id
where p.id = %(person_id)s and p.disabled_at is null and p.has_login;

-- prefer --
-- Insert or replace a person's preferences.
insert into notice_preferences (person_id, language, by_mail, muted)
values (%(person_id)s, %(language)s, %(by_mail)s, %(muted)s)
on conflict (person_id) do update
set language = excluded.language, by_mail = excluded.by_mail, muted = excluded.muted;

-- seen_at --
-- Select when a person last looked at their notices.
select seen_at
from notice_preferences
where person_id = %(person_id)s;

-- see --
-- Record that a person looks at their notices. A first row has the preferences of no row.
insert into notice_preferences (person_id, language, by_mail, seen_at)
values (%(person_id)s, 'ko', true, %(at)s)
on conflict (person_id) do update
set seen_at = excluded.seen_at;
