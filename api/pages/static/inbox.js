// What the device says, read as the form stands, asked for again while it speaks; what is lost is
// shown as lost.
const form = document.getElementById("binding");
const panel = document.getElementById("understood");
const said = document.getElementById("stream");
const pause = document.getElementById("pause");
const meter = document.getElementById("meter");
// A person at a machine switches it on and looks: two seconds feel like at once, and are no strain.
const EVERY = 2000;
// Typing is over.
const SETTLED = 300;
let isPaused = false;
let timer = 0;
let asked = 0;

function show(what) {
  document.body.classList.toggle("is-lost", what === "lost");
  if (said.textContent !== said.dataset[what]) said.textContent = said.dataset[what];
}

function fit() {
  const isMeter = form.elements.dialect.selectedOptions[0]?.hasAttribute("data-meter");
  meter.hidden = !isMeter;
  for (const name of ["run_above", "idle_below"]) form.elements[name].required = isMeter;
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
    if (fresh !== panel.innerHTML) panel.innerHTML = fresh;
    show(isPaused ? "paused" : "live");
  } catch {
    show("lost");
  }
  if (!isPaused && mine === asked) timer = setTimeout(ask, EVERY);
  return undefined;
}

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
fit();
ask();
