-- Satisfaction (ADR 67): what a centre asks after a session or a course, and what was answered.
-- New tables alone; the older programs go on, which know nothing of them.

-- The questions of a centre. The latest version counts; is_asking says whether anybody is asked.
create table satisfaction_questionnaires (
    id            uuid primary key,
    centre_id     uuid not null references centres,
    version       integer not null,
    is_asking     boolean not null,
    -- A person is asked about one machine again after so many days.
    pause_days    integer not null,
    questions_ko  text[] not null,
    questions_en  text[] not null,
    published_by  uuid not null references people,
    recorded_at   timestamptz not null,
    constraint satisfaction_questionnaires_version unique (centre_id, version),
    constraint satisfaction_questionnaires_questions check (
        cardinality(questions_ko) between 3 and 5
        and cardinality(questions_en) = cardinality(questions_ko)
    ),
    constraint satisfaction_questionnaires_pause check (pause_days between 0 and 365)
);
create trigger satisfaction_questionnaires_are_facts before update or delete
    on satisfaction_questionnaires for each row execute function refuse_change();
create constraint trigger satisfaction_questionnaires_audited
    after insert on satisfaction_questionnaires
    deferrable initially deferred for each row execute function audit_row();

-- What was asked, and the scores, without anybody's name. It has the month of the use and no day.
create table satisfaction_requests (
    id                uuid primary key,
    centre_id         uuid not null references centres,
    questionnaire_id  uuid not null references satisfaction_questionnaires,
    subject           text not null,
    machine_id        uuid references machines,
    code              text not null default '',
    month             text not null,
    is_sent           boolean not null default false,
    scores            smallint[],
    constraint satisfaction_requests_subject check (
        case subject when 'session' then machine_id is not null and code = ''
            when 'course' then machine_id is null and code <> '' else false end
    ),
    constraint satisfaction_requests_month check (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
    constraint satisfaction_requests_scores check (
        cardinality(scores) between 3 and 5 and 1 <= all (scores) and 5 >= all (scores)
    ),
    constraint satisfaction_requests_answered_once_sent check (scores is null or is_sent)
);
create index satisfaction_requests_by_month on satisfaction_requests (centre_id, month);

-- Whom a request concerns, and the link that opens it, until it is answered or over.
-- Deleted when the person leaves, and by retention; the request stays, and then names nobody.
create table satisfaction_links (
    request_id  uuid primary key references satisfaction_requests,
    centre_id   uuid not null references centres,
    person_id   uuid not null references people,
    company_id  uuid not null references companies,
    booking_id  uuid references bookings,
    course_id   uuid references courses,
    ended_at    timestamptz not null,
    asked_at    timestamptz not null,
    language    text not null default 'ko',
    digest      bytea,
    expires_at  timestamptz,
    constraint satisfaction_links_subject check ((booking_id is null) <> (course_id is null)),
    constraint satisfaction_links_booking_once unique (booking_id),
    constraint satisfaction_links_course_once unique (course_id, person_id),
    constraint satisfaction_links_digest unique (digest),
    constraint satisfaction_links_end check (digest is null or expires_at is not null)
);
create index satisfaction_links_by_person on satisfaction_links (person_id, asked_at);

-- Words of an answer. The company stands here where its person let the centre see its name.
create table satisfaction_words (
    request_id  uuid primary key references satisfaction_requests,
    centre_id   uuid not null references centres,
    words       text not null,
    company_id  uuid references companies,
    constraint satisfaction_words_length check (length(words) between 1 and 2000)
);

-- A request is answered once, and never otherwise.
create function satisfaction_answers_stay() returns trigger language plpgsql
    set search_path = public, pg_temp as $$
begin
    if old.scores is not null
        or (new.id, new.centre_id, new.questionnaire_id, new.subject, new.machine_id, new.code,
            new.month) is distinct from (old.id, old.centre_id, old.questionnaire_id, old.subject,
            old.machine_id, old.code, old.month)
    then
        raise exception 'an answer is given once'
            using errcode = 'restrict_violation', constraint = 'satisfaction_answers_stay';
    end if;
    return new;
end $$;
create trigger satisfaction_answers_stay before update on satisfaction_requests
    for each row execute function satisfaction_answers_stay();
revoke execute on function satisfaction_answers_stay() from public;

revoke update, delete on satisfaction_questionnaires from gadong_app, gadong_system;
revoke delete on satisfaction_requests from gadong_app, gadong_system;
-- The programs ask, and whoever has the link answers: neither is done through anybody's permit.
revoke insert, update, delete on satisfaction_requests, satisfaction_links, satisfaction_words
    from gadong_app;

do $$
declare
    name text;
begin
    foreach name in array array[
        'satisfaction_questionnaires', 'satisfaction_requests', 'satisfaction_links',
        'satisfaction_words'
    ] loop
        execute 'alter table ' || name || ' enable row level security';
        execute 'create policy everything on ' || name || ' to gadong_system using (true)';
        -- No permit shows who was asked: the links have no policy for people.
        if name <> 'satisfaction_links' then
            execute 'create policy permitted on ' || name
                || ' to gadong_app using (centre_id = any ((select permit_centres())::uuid[]))';
        end if;
    end loop;
end $$;
select close_to_public();
