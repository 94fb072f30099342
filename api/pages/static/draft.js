// The card beside a calendar: what a drawn time costs, what the rules say, and the button that
// books it. A calendar dispatches "draft" with machine, start and minutes, or with nothing. The
// card dispatches "stretched" with minutes, and "discard".
const place = document.getElementById("draft-card");
place.firstElementChild.hidden = false;
const hint = place.innerHTML;
// What was typed for one machine need not be asked for another.
const OF_MACHINE = /^(usage_mode|seats|equipment|also|answer\..*)$/;
let asked = 0;

function typed(machine) {
  const form = place.querySelector("form");
  const values = new URLSearchParams(form ? new FormData(form) : undefined);
  values.delete("key");
  if (form && form.dataset.machine !== machine) {
    for (const name of [...values.keys()]) if (OF_MACHINE.test(name)) values.delete(name);
  }
  return values;
}

// The card of a time that is asked for again stays: somebody may be typing in it.
function isShown({ machine, start, minutes }) {
  const shown = place.querySelector("form")?.dataset;
  return shown?.machine === machine && shown.start === start && shown.minutes === String(minutes);
}

async function show(drawn) {
  const mine = ++asked;
  const { machine, start, minutes } = drawn;
  if (isShown(drawn)) {
    place.removeAttribute("aria-busy");
    htmx.trigger(place.querySelector("form"), "change");
    return;
  }
  const query = typed(machine);
  const before = String(query);
  query.set("start", start);
  query.set("minutes", minutes);
  const path = `/machines/${encodeURIComponent(machine)}`;
  place.setAttribute("aria-busy", "true");
  const answer = await fetch(`${path}/draft?${query}`, { headers: { Accept: "text/html" } });
  if (mine !== asked) return;
  // Words typed meanwhile go along.
  if (String(typed(machine)) !== before) {
    await show(drawn);
    return;
  }
  // The form says what is wrong, where the card cannot be shown; another page is no card.
  if (!answer.ok || answer.redirected) {
    location.href = `${path}/book?${query}`;
    return;
  }
  const focused = place.contains(document.activeElement) && document.activeElement.id;
  place.innerHTML = await answer.text();
  if (focused) document.getElementById(focused)?.focus();
  htmx.process(place);
  place.removeAttribute("aria-busy");
  place.dispatchEvent(new Event("change"));
}

document.addEventListener("draft", (event) => {
  if (event.detail) {
    show(event.detail).catch(() => place.removeAttribute("aria-busy"));
    return;
  }
  asked += 1;
  place.innerHTML = hint;
  place.removeAttribute("aria-busy");
});
// A length that is chosen in the card is drawn, and asked for.
place.addEventListener("change", ({ target }) => {
  if (target.name !== "minutes") return;
  document.dispatchEvent(new CustomEvent("stretched", { detail: Number(target.value) }));
});
// A price that comes grows above the field under the hand: the field keeps its place.
let held = null;
place.addEventListener("htmx:before:swap", () => {
  const own = document.activeElement;
  held = place.contains(own) ? { own, top: own.getBoundingClientRect().top } : null;
});
place.addEventListener("htmx:after:swap", () => {
  if (held) place.scrollTop += held.own.getBoundingClientRect().top - held.top;
});
place.addEventListener("click", (event) => {
  if (event.target.closest("[data-discard]")) document.dispatchEvent(new CustomEvent("discard"));
});
