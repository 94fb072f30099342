// What the machine does now, asked for again whenever its floor changes and with every beat; what
// is lost is shown as lost.
const here = document.getElementById("here");
const said = document.getElementById("stream");
const title = document.title;
// As on the board: two beats missed are a loss.
const SILENT_AFTER = 35000;
let alarm = 0;

function show(what) {
  document.body.classList.toggle("is-lost", what === "lost");
  if (said.textContent !== said.dataset[what]) said.textContent = said.dataset[what];
}

function ended() {
  return here.querySelector("[data-ended]")?.dataset.ended ?? "";
}

async function ask() {
  const before = ended();
  const answer = await fetch(here.dataset.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error(answer.statusText);
  const fresh = await answer.text();
  if (fresh !== here.innerHTML) here.innerHTML = fresh;
  // A tab in the background says by its name that the job is done.
  if (ended() && ended() !== before) document.title = `✓ ${title}`;
  clearTimeout(alarm);
  alarm = setTimeout(() => show("lost"), SILENT_AFTER);
  show(here.querySelector("[data-deaf]") ? "deaf" : "live");
}

const stream = new EventSource("/calendar/news");
for (const kind of ["message", "beat"]) {
  stream.addEventListener(kind, () => ask().catch(() => show("lost")));
}
stream.addEventListener("error", () => show("lost"));
addEventListener("focus", () => (document.title = title));
