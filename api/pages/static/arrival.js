// How far a new device has come, asked for again until its first signal is here.
const panel = document.getElementById("arrival");
const said = document.getElementById("arrival-said");
// One types at the device and looks up: two seconds feel like at once, and are no strain.
const EVERY = 2000;

function show(what) {
  document.body.classList.toggle("is-lost", what === "lost");
  if (said.textContent !== said.dataset[what]) said.textContent = said.dataset[what];
}

async function ask() {
  try {
    const answer = await fetch(panel.dataset.href);
    if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
    const fresh = await answer.text();
    // An unchanged panel stays, so that a focused link keeps its focus.
    if (fresh.trim() !== panel.dataset.shown) panel.innerHTML = fresh;
    panel.dataset.shown = fresh.trim();
    show("live");
  } catch {
    show("lost");
  }
  setTimeout(ask, EVERY);
}

ask();
