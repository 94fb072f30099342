// The board lives: each message is the whole board as it is now. What is lost is shown as lost; a
// pause is a pause.
const floor = document.getElementById("floor");
const said = document.getElementById("stream");
const pause = document.getElementById("pause");
// The server beats every 15 s; two beats missed are a loss, whatever the browser thinks of the
// connection.
const SILENT_AFTER = 35000;
let isPaused = false;
let waiting = null;
let alarm = 0;

function show(what) {
  document.body.classList.toggle("is-lost", what === "lost");
  said.textContent = said.dataset[what];
}

function heard() {
  clearTimeout(alarm);
  alarm = setTimeout(() => show("lost"), SILENT_AFTER);
  if (!isPaused) show(alive());
}

// Where the page says that nothing is received, it is not live, however well the connection to the
// server stands.
function alive() {
  return floor.querySelector("[data-deaf]") ? "deaf" : "live";
}

function draw(board) {
  // Only what differs is replaced, so that whoever is on a link stays on it.
  const fresh = new DOMParser().parseFromString(board, "text/html");
  const cards = [...fresh.querySelectorAll(".cards > li")];
  const sums = fresh.querySelector(".stage");
  const same = cards.length === floor.querySelectorAll(".cards > li").length
    && cards.every((c) => document.getElementById(c.id));
  const warning = "[role=alert], [data-deaf], [data-standstill]";
  if (!same || fresh.querySelector(warning) || floor.querySelector(warning)) {
    floor.innerHTML = board;
    return;
  }
  const before = floor.querySelector(".stage");
  if (before.innerHTML !== sums.innerHTML) before.innerHTML = sums.innerHTML;
  for (const card of cards) {
    const old = document.getElementById(card.id);
    if (old.innerHTML === card.innerHTML) continue;
    const onLink = old.contains(document.activeElement);
    old.innerHTML = card.innerHTML;
    if (onLink) old.querySelector("a")?.focus();
  }
}

const stream = new EventSource(floor.dataset.stream);
stream.addEventListener("message", (news) => {
  if (isPaused) waiting = news.data;
  else draw(news.data);
  heard();
});
stream.addEventListener("beat", heard);
stream.addEventListener("error", () => show("lost"));

pause.hidden = false;
pause.addEventListener("click", () => {
  isPaused = !isPaused;
  pause.setAttribute("aria-pressed", String(isPaused));
  pause.textContent = isPaused ? pause.dataset.go : pause.dataset.pause;
  if (!isPaused && waiting !== null) {
    draw(waiting);
    waiting = null;
  }
  show(isPaused ? "paused" : alive());
});

// On a wall the board is the room's clock too, on the centre's time.
const clock = document.getElementById("clock");
if (clock) {
  const face = new Intl.DateTimeFormat("en-GB",
    { timeZone: clock.dataset.zone, hour: "2-digit", minute: "2-digit" });
  const tick = () => {
    clock.textContent = face.format(new Date());
    setTimeout(tick, 60000 - (Date.now() % 60000));
  };
  tick();
}
