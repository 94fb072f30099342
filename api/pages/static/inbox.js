// What the device says, read as the form stands, asked for again while it speaks; what is lost is
// shown as lost. Thresholds are dragged on the drawing, and the state to come is counted down to.
const form = document.getElementById("binding");
const panel = document.getElementById("understood");
const messages = document.getElementById("messages");
const said = document.getElementById("stream");
const pause = document.getElementById("pause");
const meter = document.getElementById("meter");
// A person at a machine switches it on and looks: two seconds feel like at once, and are no strain.
const EVERY = 2000;
// Typing is over.
const SETTLED = 300;
// The fields of the thresholds, each with its figure in a proposal.
const LIMITS = { run_above: "runAbove", idle_below: "idleBelow", off_below: "offBelow" };
let isPaused = false;
let timer = 0;
let asked = 0;
let dragged = null;

function show(what) {
  document.body.classList.toggle("is-lost", what === "lost");
  if (said.textContent !== said.dataset[what]) said.textContent = said.dataset[what];
}

function fit() {
  const isMeter = form.elements.dialect.selectedOptions[0]?.hasAttribute("data-meter");
  meter.hidden = !isMeter;
  for (const name of ["run_above", "idle_below"]) form.elements[name].required = isMeter;
}

function count() {
  const expected = panel.querySelector(".expected");
  if (!expected) return;
  const left = Math.ceil(Number(expected.dataset.due) - Date.now() / 1000);
  const shown = expected.querySelector(".count-down");
  const text = left > 0 ? shown.dataset.unit.replace("#", left) : expected.dataset.soon;
  if (shown.textContent !== text) shown.textContent = text;
}

function fill(fresh) {
  const parsed = document.createElement("template");
  parsed.innerHTML = fresh;
  // A person on a button of the drawing stays there.
  const stood = panel.contains(document.activeElement) ? document.activeElement.id : "";
  for (const place of [panel, messages]) {
    const part = parsed.content.querySelector(`[data-part="${place.id}"]`);
    if (part && part.innerHTML !== place.dataset.shown) place.innerHTML = part.innerHTML;
    if (part) place.dataset.shown = part.innerHTML;
  }
  if (stood && document.activeElement.id !== stood) {
    document.getElementById(stood)?.focus({ preventScroll: true });
  }
  count();
}

async function ask() {
  clearTimeout(timer);
  const mine = ++asked;
  try {
    const answer = await fetch(panel.dataset.href,
      { method: "POST", body: new URLSearchParams(new FormData(form)) });
    if (answer.status === 404) return show("gone");
    if (!answer.ok) throw new Error(answer.statusText);
    const fresh = await answer.text();
    // The form may have changed meanwhile; what was asked later is what holds.
    if (mine !== asked) return undefined;
    if (!dragged) fill(fresh);
    show(isPaused ? "paused" : "live");
  } catch {
    show("lost");
  }
  if (!isPaused && mine === asked) timer = setTimeout(ask, EVERY);
  return undefined;
}

// Three figures are as exact as a hand is.
function rounded(watts) {
  return String(Number(watts.toPrecision(watts >= 1 ? 3 : 1)));
}

function drag(event) {
  const chart = dragged.ownerSVGElement;
  const { top, from, to } = chart.dataset;
  const box = chart.getBoundingClientRect();
  const at = (event.clientY - box.top) * (chart.viewBox.baseVal.height / box.height);
  const y = Math.min(Math.max(at, Number(from)), Number(to));
  const watts = Number(top) * (Number(to) - y) / (Number(to) - Number(from));
  dragged.setAttribute("transform", `translate(0 ${y})`);
  form.elements[dragged.dataset.field].value = rounded(watts);
}

panel.addEventListener("pointerdown", (event) => {
  dragged = event.target.closest("[data-field]");
  if (!dragged) return;
  event.preventDefault();
  panel.setPointerCapture(event.pointerId);
});
panel.addEventListener("pointermove", (event) => {
  if (dragged) drag(event);
});
for (const end of ["pointerup", "pointercancel"]) {
  panel.addEventListener(end, () => {
    if (!dragged) return;
    dragged = null;
    ask();
  });
}

panel.addEventListener("click", (event) => {
  const proposal = event.target.closest("#propose");
  if (!proposal) return;
  event.preventDefault();
  for (const [name, key] of Object.entries(LIMITS)) {
    form.elements[name].value = proposal.dataset[key];
  }
  ask();
});
document.getElementById("try").hidden = true;
pause.hidden = false;
pause.addEventListener("click", () => {
  isPaused = !isPaused;
  pause.setAttribute("aria-pressed", String(isPaused));
  pause.textContent = isPaused ? pause.dataset.go : pause.dataset.pause;
  if (isPaused) {
    clearTimeout(timer);
    show("paused");
  } else ask();
});
form.addEventListener("input", () => {
  fit();
  clearTimeout(timer);
  timer = setTimeout(ask, SETTLED);
});
setInterval(count, 1000);
fit();
ask();
