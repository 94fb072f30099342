// A week to draw a booking on: a click or a drag over free time draws a draft, which its edges and
// the arrow keys change. The card beside it (draft.js) says what it costs, and books it.
const week = document.getElementById("week");
const card = document.getElementById("draft-card");
const first = Number(week?.dataset.first);
const last = Number(week?.dataset.last);
const box = document.getElementById("draft-template")?.content.firstElementChild;
// A telephone has no room for edges to pull: there free time leads to the form.
const WIDE = matchMedia("(min-width: 720px)");
const USUAL = 120;
const DAY = 1440;
// A drag asks for its price once it rests.
const REST = 200;
const SILENT_AFTER = 35000;
let draft = null;
let pulled = null;
let timer = 0;

const onDay = (minute) => [Math.floor(minute / 60), minute % 60]
  .map((n) => String(n).padStart(2, "0")).join(":");
// The clock of a minute; of a later day with the number of days. A day ends at 24:00.
function clock(minute) {
  const later = Math.max(Math.ceil(minute / DAY) - 1, 0);
  return onDay(minute - later * DAY) + (later ? ` (+${later})` : "");
}
const share = (minute) => (100 * (minute - first)) / (last - first);
const number = (element, name) => Number(element.dataset[name]);
const clamp = (value, least, most) => Math.min(Math.max(value, least), Math.max(least, most));

function minuteAt(track, x) {
  const { left, width } = track.getBoundingClientRect();
  return first + ((x - left) / width) * (last - first);
}

const onGrid = (track, minute, round) =>
  round(minute / number(track, "step")) * number(track, "step");

// The same machine's track of the next day.
const after = ({ dataset }) => [...week.querySelectorAll(".track")]
  .find((one) => one.dataset.machine === dataset.machine && one.dataset.day > dataset.day);

// A free time: its track, and the minutes from which to which it is free, over midnights too.
function slotOf(free) {
  const track = free.closest(".track");
  let close = number(free, "last");
  for (let next = after(track); next && close % DAY === 0; next = after(next)) {
    const more = [...next.querySelectorAll("a.free")].find((one) => !number(one, "first"));
    if (!more) break;
    close += number(more, "last");
  }
  return { track, open: number(free, "first"), close };
}

// The free time around a minute of a track; none where it is taken.
function slotAround(track, minute) {
  return [...track.querySelectorAll("a.free")].map(slotOf)
    .find(({ open, close }) => open <= minute && minute < close);
}

// The last start on a track: a draft begins on the day of its track.
const lastStart = ({ track, close }, length) =>
  Math.min(close - length, DAY - number(track, "step"));

// Draw the draft between two minutes, within its free time and the machine's lengths; its end or
// its start is kept where it is.
function place(slot, start, end, kept = "start") {
  const { track, open, close } = slot;
  const step = number(track, "step");
  const most = Math.floor(Math.min(number(track, "longest"), close - open) / step) * step;
  const wished = clamp(Math.round((end - start) / step) * step, number(track, "shortest"), most);
  const room = kept === "end" ? end - open : close - Math.max(start, open);
  const length = Math.max(Math.min(wished, room), number(track, "shortest"));
  const begin = clamp(kept === "end" ? end - length : start, open, lastStart(slot, length));
  draft = { slot, track, start: begin, end: begin + length };
  show();
}

function show() {
  const { slot, track, start, end } = draft;
  if (box.parentElement !== track) track.append(box);
  box.style.left = `${share(start)}%`;
  box.style.width = `${share(Math.min(end, last)) - share(start)}%`;
  box.classList.toggle("is-longer", end > last);
  const values = { body: start, start, end };
  for (const part of box.children) {
    part.setAttribute("aria-valuemin", slot.open);
    part.setAttribute("aria-valuemax", slot.close);
    part.setAttribute("aria-valuenow", values[part.dataset.part]);
    part.setAttribute("aria-valuetext", `${track.dataset.named} ${clock(start)}–${clock(end)}`);
  }
  showFurther();
}

// Draw what belongs to the draft: its time on later days, and the same of further machines that are
// marked in the card.
function showFurther() {
  for (const old of week.querySelectorAll(".draft.is-also")) old.remove();
  if (!draft) return;
  const { track, start, end } = draft;
  const marked = [...card.querySelectorAll("[name=also]:checked")].map((one) => one.value);
  for (const machine of [track.dataset.machine, ...marked]) {
    let one = [...week.querySelectorAll(".track")].find(({ dataset }) =>
      dataset.machine === machine && dataset.day === track.dataset.day);
    for (let day = 0; one && day < end; day += DAY, one = after(one)) {
      if (one !== track) showPart(one, Math.max(start - day, first), Math.min(end - day, last));
    }
  }
}

function showPart(track, start, end) {
  if (end <= start) return;
  const part = document.createElement("div");
  part.className = "draft is-also";
  part.style.left = `${share(start)}%`;
  part.style.width = `${share(end) - share(start)}%`;
  track.append(part);
}

function ask() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    if (!draft) return;
    const { track, start, end } = draft;
    const detail = {
      machine: track.dataset.machine,
      start: `${track.dataset.day}T${onDay(start)}`,
      minutes: end - start,
    };
    document.dispatchEvent(new CustomEvent("draft", { detail }));
  }, REST);
}

function discard() {
  clearTimeout(timer);
  const { track, start } = draft ?? {};
  draft = null;
  box.remove();
  showFurther();
  document.dispatchEvent(new CustomEvent("draft"));
  const free = [...(track?.querySelectorAll("a.free") ?? [])]
    .find((one) => number(one, "first") <= start && start < number(one, "last"));
  free?.focus();
}

// A move keeps its length: it ends where the free time ends.
function move(minutes) {
  const { slot, start, end } = draft;
  const by = clamp(minutes, slot.open - start, lastStart(slot, end - start) - start);
  place(slot, start + by, end + by);
}

function pull(part, minute) {
  const { slot, start, end } = draft;
  if (part === "start") place(slot, Math.min(minute, end), end, "end");
  else place(slot, start, Math.max(minute, start));
}

// The next lane above or below that is free at the same time.
function toLane(direction) {
  const tracks = [...week.querySelectorAll(".track")];
  const { track, start, end } = draft;
  for (let n = tracks.indexOf(track) + direction; tracks[n]; n += direction) {
    const begin = onGrid(tracks[n], start, Math.ceil);
    const slot = slotAround(tracks[n], begin);
    if (slot) {
      place(slot, begin, begin + end - start);
      return;
    }
  }
}

week?.addEventListener("dragstart", (event) => event.preventDefault());

week?.addEventListener("click", (event) => {
  const free = event.target.closest("a.free");
  if (!free || !WIDE.matches || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  // From the keyboard: with the pointer it is drawn already.
  if (event.detail > 0) return;
  const slot = slotOf(free);
  place(slot, slot.open, slot.open + USUAL);
  box.firstElementChild.focus();
  ask();
});

week?.addEventListener("pointerdown", (event) => {
  if (event.button || !WIDE.matches || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const part = event.target.closest("[data-part]")?.dataset.part;
  const free = event.target.closest("a.free");
  if (part) {
    const at = minuteAt(draft.track, event.clientX);
    pulled = { part, offset: at - draft.start };
    event.target.focus();
  } else if (free) {
    const slot = slotOf(free);
    const at = onGrid(slot.track, minuteAt(slot.track, event.clientX), Math.floor);
    place(slot, at, at + USUAL);
    pulled = { part: "new", from: at, x: event.clientX };
  } else return;
  event.preventDefault();
  week.setPointerCapture(event.pointerId);
});

week?.addEventListener("pointermove", (event) => {
  if (!pulled) return;
  const { slot, track, start } = draft;
  const at = minuteAt(track, event.clientX);
  if (pulled.part === "body") {
    move(onGrid(track, at - pulled.offset, Math.round) - start);
  } else if (pulled.part !== "new") {
    pull(pulled.part, onGrid(track, at, Math.round));
  } else if (Math.abs(event.clientX - pulled.x) > 4) {
    // A drag to the left ends where it began.
    const round = at > pulled.from ? Math.ceil : Math.floor;
    const [one, other] = [pulled.from, onGrid(track, at, round)];
    place(slot, Math.min(one, other), Math.max(one, other), other < one ? "end" : "start");
  }
});

for (const kind of ["pointerup", "pointercancel"]) {
  week?.addEventListener(kind, () => {
    if (!pulled) return;
    if (pulled.part === "new") box.firstElementChild.focus();
    pulled = null;
    ask();
  });
}

week?.addEventListener("keydown", (event) => {
  const part = event.target.dataset.part;
  if (!part || !draft) return;
  const step = number(draft.track, "step");
  const edge = part === "body" ? null : draft[part];
  const by = (minutes) => (edge === null ? move(minutes) : pull(part, edge + minutes));
  const acts = {
    ArrowLeft: () => by(-step),
    ArrowRight: () => by(step),
    ArrowUp: () => (edge === null ? toLane(-1) : by(step)),
    ArrowDown: () => (edge === null ? toLane(1) : by(-step)),
    Home: () => by(-DAY),
    End: () => by(DAY),
  };
  if (event.key === "Escape") discard();
  else if (event.key === "Enter") card.querySelector(".btn-primary")?.focus();
  else if (acts[event.key]) {
    acts[event.key]();
    event.target.focus();
    ask();
  } else return;
  event.preventDefault();
});

card?.addEventListener("change", showFurther);
// The card's answer says whether a length that was chosen there is free.
document.addEventListener("stretched", ({ detail }) => {
  if (!draft) return;
  draft.end = draft.start + detail;
  show();
  ask();
});
document.addEventListener("discard", discard);

// What others book meanwhile is drawn anew; the draft stays where it is.
async function refresh() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok || pulled) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const lane of fresh.querySelectorAll(".track svg")) {
    const old = document.getElementById(lane.id);
    if (!old || old.innerHTML === lane.innerHTML || old.contains(document.activeElement)) continue;
    old.innerHTML = lane.innerHTML;
  }
  if (!draft) return;
  // Somebody may have been faster: the card's answer says so.
  draft.slot = slotAround(draft.track, draft.start) ?? draft.slot;
  ask();
}

if (week) {
  const said = document.getElementById("week-said");
  let alarm = 0;
  const lose = () => {
    said.textContent = said.dataset.lost;
  };
  const heard = () => {
    clearTimeout(alarm);
    alarm = setTimeout(lose, SILENT_AFTER);
    said.textContent = "";
  };
  const stream = new EventSource("/calendar/news");
  stream.addEventListener("message", () => {
    heard();
    refresh().catch(() => {});
  });
  stream.addEventListener("beat", heard);
  stream.addEventListener("error", lose);
}
