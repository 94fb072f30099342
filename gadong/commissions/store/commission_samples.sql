-- insert --
-- Insert a sample; a trigger gives it its number.
insert into commission_samples (id, commission_id, centre_id, company_id, position, name, condition,
    keep_until, received_at, photo, received_by, recorded_at)
values (%(id)s, %(commission_id)s, %(centre_id)s, %(company_id)s, 0, %(name)s, %(condition)s,
    %(keep_until)s, %(received_at)s, %(photo)s, %(received_by)s, %(recorded_at)s)
returning position;

-- of_commission --
-- Select the samples of a commission, with where each went.
select s.id, s.commission_id, s.position, s.name, s.condition, s.keep_until, s.received_at,
    s.photo is not null as has_photo, e.outcome, e.ended_at, coalesce(e.words, '') as words
from commission_samples s
left join commission_sample_ends e on e.sample_id = s.id
where s.commission_id = %(commission_id)s
order by s.position;

-- commission_of --
-- Select the commission of a sample.
select commission_id
from commission_samples
where id = %(id)s;

-- photo --
-- Select the photo of a sample.
select photo
from commission_samples
where id = %(id)s and photo is not null;

-- insert_end --
-- Insert where a sample went; a sample goes once.
insert into commission_sample_ends (sample_id, centre_id, company_id, outcome, ended_at, words,
    recorded_by, recorded_at)
values (%(sample_id)s, %(centre_id)s, %(company_id)s, %(outcome)s, %(ended_at)s, %(words)s,
    %(recorded_by)s, %(recorded_at)s)
on conflict (sample_id) do nothing
returning sample_id;

-- overdue --
-- Count the samples of a centre that are still there after their last day.
select count(*) as samples
from commission_samples s
where s.centre_id = %(centre_id)s and s.keep_until < %(today)s
  and not exists (select from commission_sample_ends e where e.sample_id = s.id);
