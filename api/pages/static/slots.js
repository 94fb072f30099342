// Choose a day and a start without leaving the form; without this script each button asks
// the server.
const form = document.getElementById("booking");
const times = document.getElementById("times");
let asked = 0;

async function draw(day) {
  const mine = ++asked;
  const query = new URLSearchParams(new FormData(form));
  query.set("day", day ?? times.querySelector(".day[aria-pressed=true]")?.value ?? "");
  times.setAttribute("aria-busy", "true");
  try {
    const headers = { Accept: "text/html" };
    const answer = await fetch(`${times.dataset.href}?${query}`, { headers });
    if (mine !== asked || !answer.ok) return;
    times.innerHTML = await answer.text();
    if (day) times.querySelector(`.day[value="${CSS.escape(day)}"]`)?.focus();
  } finally {
    if (mine === asked) times.removeAttribute("aria-busy");
  }
}

function mark() {
  for (const slot of times.querySelectorAll("[name=slot]")) {
    slot.setAttribute("aria-pressed", String(slot.value === form.elements.start.value));
  }
}

times.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  event.preventDefault();
  if (button.name === "day") draw(button.value).catch(() => form.requestSubmit(button));
  else {
    form.elements.start.value = button.value;
    mark();
    // The price and the rules' answers are asked for as for a typed start.
    form.elements.start.dispatchEvent(new Event("change", { bubbles: true }));
  }
});

const CHANGING = ["minutes", "company", "usage_mode", "also"];

form.addEventListener("change", (event) => {
  if (event.target.name === "start") mark();
  if (CHANGING.includes(event.target.name)) draw().catch(() => {});
});
