// The to-do is live: each part is asked for again with every change, save where somebody types.
const todo = document.getElementById("todo");
const said = document.getElementById("stream");
const title = document.title;
// The server beats every 15 s; two beats missed are a loss.
const SILENT_AFTER = 35_000;
let alarm = 0;
let known = todo.querySelectorAll("li, form.card").length;

function show(what) {
  document.body.classList.toggle("is-lost", what === "lost");
  if (said.textContent !== said.dataset[what]) said.textContent = said.dataset[what];
}

function isInUse(part) {
  const fields = [...part.querySelectorAll("input, textarea")];
  const typed = fields.some((field) => field.value !== field.defaultValue);
  return typed || part.contains(document.activeElement);
}

async function ask() {
  const answer = await fetch(todo.dataset.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error(answer.statusText);
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of fresh.querySelectorAll("section")) {
    const old = document.getElementById(part.id);
    if (old.innerHTML !== part.innerHTML && !isInUse(old)) old.innerHTML = part.innerHTML;
  }
  // A hall's first machine brings its column.
  todo.querySelector(".desk").className = fresh.querySelector(".desk").className;
  const count = todo.querySelectorAll("li, form.card").length;
  // A tab in the background says by its name that something came.
  if (count > known && document.hidden) document.title = `● ${title}`;
  known = count;
  clearTimeout(alarm);
  alarm = setTimeout(() => show("lost"), SILENT_AFTER);
  show("live");
}

const stream = new EventSource("/calendar/news");
for (const kind of ["message", "beat"]) {
  stream.addEventListener(kind, () => ask().catch(() => show("lost")));
}
stream.addEventListener("error", () => show("lost"));
addEventListener("focus", () => (document.title = title));
