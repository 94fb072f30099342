-- ended_sessions --
-- Select a centre's completed bookings that ended in a time and of which nobody was asked.
select b.id as booking_id, b.centre_id, b.person_id, b.company_id, b.machine_id,
    lower(b.during) as started_at,
    least(coalesce(b.checked_out_at, upper(b.during)), upper(b.during)) as ended_at
from bookings b
join people p on p.id = b.person_id
where b.centre_id = %(centre_id)s
  and b.state = 'completed'
  and p.disabled_at is null
  and upper(b.during) > %(since)s
  and least(coalesce(b.checked_out_at, upper(b.during)), upper(b.during)) <= %(now)s
  and not exists (select from satisfaction_links l where l.booking_id = b.id)
order by ended_at, b.id;

-- last_asked --
-- Select when a person was last asked about a machine.
select max(l.asked_at) as at
from satisfaction_links l
join satisfaction_requests r on r.id = l.request_id
where l.person_id = %(person_id)s and r.machine_id = %(machine_id)s;

-- insert --
-- Insert a request, with the number of the person's others at the centre and of the year.
insert into satisfaction_requests (
    id, centre_id, questionnaire_id, subject, machine_id, code, month, respondent)
values (
    %(id)s, %(centre_id)s, %(questionnaire_id)s, %(subject)s, %(machine_id)s, %(code)s, %(month)s,
    coalesce(
        (
            select r.respondent
            from satisfaction_links l
            join satisfaction_requests r on r.id = l.request_id
            where l.person_id = %(person_id)s and r.centre_id = %(centre_id)s
              and left(r.month, 4) = left(%(month)s, 4)
            limit 1
        ),
        gen_random_uuid()
    ));

-- insert_link --
-- Insert whom a request concerns.
insert into satisfaction_links (
    request_id, centre_id, person_id, company_id, booking_id, course_id, guidance_id, ended_at,
    asked_at)
values (
    %(request_id)s, %(centre_id)s, %(person_id)s, %(company_id)s, %(booking_id)s, %(course_id)s,
    %(guidance_id)s, %(ended_at)s, %(asked_at)s);

-- was_asked --
-- Select whether somebody was asked about a course or a guidance.
select 1 as found
from satisfaction_links
where (course_id = %(course_id)s or guidance_id = %(guidance_id)s) and person_id = %(person_id)s;

-- open_link --
-- Set the link of a request that was not answered, by its digest.
update satisfaction_links l
set digest = %(digest)s, expires_at = %(expires_at)s, language = %(language)s
from satisfaction_requests r
where l.request_id = %(id)s and r.id = l.request_id and r.scores is null;

-- mark_sent --
-- Record that a request was sent.
update satisfaction_requests
set is_sent = true
where id = %(id)s and not is_sent;

-- by_digest --
-- Select the request of a link that still opens, locked until the transaction ends. The link of
-- somebody who was disabled meanwhile does not.
select r.id, r.centre_id, c.name as centre_name, l.company_id, f.name as company_name, r.subject,
    coalesce(m.name_ko, '') as machine_ko, coalesce(m.name_en, '') as machine_en, r.code,
    l.ended_at, l.language, r.questionnaire_id
from satisfaction_links l
join satisfaction_requests r on r.id = l.request_id
join centres c on c.id = r.centre_id
join companies f on f.id = l.company_id
join people p on p.id = l.person_id
left join machines m on m.id = r.machine_id
where l.digest = %(digest)s and l.expires_at > %(now)s and r.scores is null
  and p.disabled_at is null
for update of l, r;

-- answer --
-- Set the scores of a request.
update satisfaction_requests
set scores = %(scores)s
where id = %(id)s;

-- end_link --
-- End a request's link.
update satisfaction_links
set digest = null
where request_id = %(id)s;

-- insert_words --
-- Insert the words of an answer.
insert into satisfaction_words (request_id, centre_id, words, company_id)
values (%(id)s, %(centre_id)s, %(words)s, %(company_id)s);

-- of_centres --
-- Select some centres' requests of some months that were sent.
select r.centre_id, r.id, r.questionnaire_id, r.subject, r.machine_id, m.name_ko as machine_ko,
    m.name_en as machine_en, r.code, r.month, r.scores, r.respondent
from satisfaction_requests r
left join machines m on m.id = r.machine_id
where r.centre_id = any(%(centre_ids)s) and r.month = any(%(months)s) and r.is_sent;

-- words --
-- Select the words of some requests, with the company's name where the centre may see it. Their
-- order is of the words alone: an order of requests would match them to who was asked.
select w.request_id, w.words, coalesce(c.name, '') as company
from satisfaction_words w
left join companies c on c.id = w.company_id
where w.request_id = any(%(ids)s)
order by w.words collate "C", company;

-- forget_words --
-- Retention: delete the words of requests that were asked long ago.
delete from satisfaction_words w
using satisfaction_links l
where l.request_id = w.request_id and l.asked_at < %(before)s;

-- forget_links --
-- Retention: delete whom requests concerned that were asked long ago.
delete from satisfaction_links
where asked_at < %(before)s;

-- end_over --
-- Delete the digests of links that are over.
update satisfaction_links
set digest = null
where digest is not null and expires_at <= %(now)s;
