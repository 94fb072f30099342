// The calendar to drag on. It stands in front of the library alone: open, moved, refresh, say,
// lost. What is drawn over free time stays as a draft; the card beside it (draft.js) books it.
const place = document.getElementById("calendar");
const said = document.getElementById("calendar-said");
// A telephone has no room for lanes: there the drawings stay, and the forms.
const WIDE_ENOUGH = 720;
const SILENT_AFTER = 35000;

function say(text) {
  said.textContent = text;
}

const DRAFT = "draft";
// The time that was drawn, as an event of the calendar that can be moved and resized.
let draft = null;

function ask() {
  const detail = {
    machine: draft.resourceIds[0],
    start: draft.start.slice(0, 16),
    // As UTC: the browser's own zone may change its clock on that day.
    minutes: Math.round((new Date(`${draft.end}Z`) - new Date(`${draft.start}Z`)) / 60000),
  };
  document.dispatchEvent(new CustomEvent("draft", { detail }));
}

function drawn(calendar, machine, start, end) {
  calendar.removeEventById(DRAFT);
  const at = (date) => utc(date).toISOString().slice(0, 19);
  draft = {
    id: DRAFT,
    resourceIds: [machine],
    start: at(start),
    end: at(end),
    title: place.dataset.draft,
    editable: true,
    classNames: ["is-draft"],
    extendedProps: {},
  };
  calendar.addEvent(draft);
  calendar.unselect();
  ask();
}

// A length that was chosen in the card, over midnight too.
function stretched(calendar, minutes) {
  if (!draft) return;
  calendar.removeEventById(DRAFT);
  const end = new Date(new Date(`${draft.start}Z`).getTime() + minutes * 60000);
  draft = { ...draft, end: end.toISOString().slice(0, 19) };
  calendar.addEvent(draft);
  ask();
}

function discard(calendar) {
  draft = null;
  calendar.removeEventById(DRAFT);
  document.dispatchEvent(new CustomEvent("draft"));
}

// The draft is none of the server's: it is added to each answer.
async function events({ startStr, endStr }) {
  const query = new URLSearchParams({ start: startStr, end: endStr });
  const answer = await fetch(`/calendar/events?${query}`);
  const found = answer.ok ? await answer.json() : [];
  return draft ? [...found, draft] : found;
}

async function moved(info) {
  const zone = place.dataset.zone;
  const at = (date) => date.toISOString().slice(0, 19) + zone;
  const answer = await fetch(`/api/v1/bookings/${info.event.id}/move`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ start: at(info.event.start), end: at(info.event.end) }),
  });
  if (answer.ok) {
    say(place.dataset.moved);
    return;
  }
  info.revert();
  const told = await answer.json();
  const isKorean = place.dataset.locale.startsWith("ko");
  const why = (told.problems ?? []).map((p) => (isKorean ? p.ko : p.en)).join(" ");
  const nearest = (told.alternatives ?? []).slice(0, 3)
    .map((c) => new Date(c.start).toLocaleString(place.dataset.locale,
      { timeZone: place.dataset.clock, hour12: false, dateStyle: "short", timeStyle: "short" }));
  say(`${place.dataset.refused} ${why || told.detail} ${nearest.join(" / ")}`);
}

function open() {
  // The library shows wall time as it is written, so dates here are the centre's clock written as
  // UTC.
  const calendar = EventCalendar.create(place, {
    view: "resourceTimelineDay",
    date: place.dataset.day,
    timeZone: place.dataset.zone,
    locale: place.dataset.locale,
    headerToolbar: { start: "", center: "", end: "" },
    resources: JSON.parse(place.dataset.resources),
    eventSources: [{ events }],
    slotMinTime: place.dataset.first,
    slotMaxTime: place.dataset.last,
    slotDuration: "01:00",
    slotWidth: 52,
    snapDuration: "00:10",
    slotLabelFormat: (time) => String(time.getHours()).padStart(2, "0"),
    eventTimeFormat: { hour: "2-digit", minute: "2-digit", hour12: false },
    selectable: true,
    nowIndicator: true,
    select: (info) => drawn(calendar, info.resource.id, info.start, info.end),
    eventClick: (info) => {
      const href = info.event.extendedProps.href;
      if (href) location.href = href;
    },
    eventDrop: (info) => changed(calendar, info),
    eventResize: (info) => changed(calendar, info),
  });
  return calendar;
}

function changed(calendar, info) {
  const { id, resourceIds, start, end } = info.event;
  if (id === DRAFT) drawn(calendar, resourceIds[0], start, end);
  else moved({ event: shifted(info.event), revert: info.revert });
}

// What the library hands out are local dates whose fields are the wall time; as UTC they are
// written the same everywhere.
function utc(date) {
  return new Date(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate(), date.getHours(),
    date.getMinutes()));
}

function shifted(event) {
  return { id: event.id, start: utc(event.start), end: utc(event.end) };
}

// The library draws a table whose rows lie outside of it. A reader has the strips in words. What
// can be pressed here stays a button, and what scrolls is reached by the keyboard.
function plain() {
  for (const one of place.querySelectorAll(`:is([role=table], [role^=row], [role=columnheader],
    [role=cell])`)) one.removeAttribute("role");
  for (const name of ["aria-colindex", "aria-colspan"])
    for (const one of place.querySelectorAll(`[${name}]`)) one.removeAttribute(name);
  const scrolled = place.querySelector(".ec-main");
  if (!scrolled || scrolled.tabIndex === 0) return;
  scrolled.tabIndex = 0;
  scrolled.setAttribute("role", "region");
  scrolled.setAttribute("aria-label", place.dataset.label);
}

if (matchMedia(`(min-width: ${WIDE_ENOUGH}px)`).matches) {
  place.hidden = false;
  const calendar = open();
  document.addEventListener("discard", () => discard(calendar));
  document.addEventListener("stretched", ({ detail }) => stretched(calendar, detail));
  plain();
  new MutationObserver(plain).observe(place, { childList: true, subtree: true });
  say(place.dataset.hint);
  let alarm = 0;
  const heard = () => {
    clearTimeout(alarm);
    if (said.textContent === place.dataset.lost) say(place.dataset.hint);
    alarm = setTimeout(() => say(place.dataset.lost), SILENT_AFTER);
  };
  const stream = new EventSource("/calendar/news");
  stream.addEventListener("message", () => {
    heard();
    calendar.refetchEvents();
    // Somebody may have been faster: the card's answer says so.
    if (draft) ask();
  });
  stream.addEventListener("beat", heard);
  stream.addEventListener("error", () => say(place.dataset.lost));
}
