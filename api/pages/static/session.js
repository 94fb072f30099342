// Log in again in place: a request that finds the session ended waits for the login,
// and is sent anew.
const dialog = document.getElementById("log-in-again");
const fields = dialog.querySelector("form");
const alarm = dialog.querySelector("[role=alert]");
const send = window.fetch.bind(window);
// A person who sends a form within a minute of the last answer is still logged in, save rarely:
// then the server keeps the form.
const FRESH = 60_000;
// Where 401 means that a proof was wrong.
const PROOFS = /\/(sessions|passkey)/;
// Without Sec-Fetch headers, as over plain http or from an older browser, the server sends scripts
// to the login as it sends people.
const isEnded = (answer) => (answer.status === 401 && !PROOFS.test(answer.url))
  || (answer.redirected && new URL(answer.url).pathname === "/login");
let answeredAt = Date.now();
let opened = null;

// One dialog serves every request that waits; it resolves with whether the person is logged in.
function logInAgain() {
  opened ??= new Promise((resolve) => {
    alarm.hidden = true;
    dialog.addEventListener("close", () => {
      opened = null;
      fields.elements.password.value = "";
      resolve(dialog.returnValue === "logged-in");
    }, { once: true });
    dialog.returnValue = "";
    dialog.showModal();
    fields.elements.email.focus();
  });
  return opened;
}

function say(text) {
  alarm.textContent = text;
  alarm.hidden = false;
}

// Another person's page is not theirs to go on with.
async function goOn() {
  const answer = await send("/api/v1/me");
  if (!answer.ok) return;
  answeredAt = Date.now();
  if ((await answer.json()).id !== dialog.dataset.person) location.reload();
  else dialog.close("logged-in");
}

async function logIn() {
  const { email, password, code } = Object.fromEntries(new FormData(fields));
  const answer = await send("/api/v1/sessions", {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(code ? { email, password, code } : { email, password }),
  });
  if (answer.ok) return goOn();
  const { code: reason } = await answer.json();
  const { secondFactor, wait, wrong } = dialog.dataset;
  const texts = { second_factor: secondFactor, too_many_attempts: wait };
  return say(texts[reason] ?? wrong);
}

fields.addEventListener("submit", (event) => {
  if (event.submitter?.value === "later") return;
  event.preventDefault();
  logIn().catch(() => say(dialog.dataset.away));
});
// Whoever logged in in another tab comes back to this one.
addEventListener("focus", () => {
  if (opened) goOn().catch(() => {});
});

window.fetch = async (resource, init = {}) => {
  const answer = await send(resource, init);
  if (!isEnded(answer)) {
    answeredAt = Date.now();
    return answer;
  }
  // The time limit of the first attempt does not hold for a person who types a password.
  return (await logInAgain()) ? send(resource, { ...init, signal: undefined }) : answer;
};

document.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  const method = submitter?.getAttribute("formmethod") ?? form.method;
  const isOurs = method === "post" && !form.matches("[action='/logout'], [action='/look']");
  if (!isOurs || event.defaultPrevented || Date.now() - answeredAt < FRESH) return;
  event.preventDefault();
  try {
    const answer = await window.fetch("/api/v1/me");
    if (answer.status === 401) return;
  } catch {
    // Without a connection the browser says so itself.
  }
  answeredAt = Date.now();
  form.requestSubmit(submitter);
});
