// Passkeys: what the server asks is handed to the authenticator, and what that answers is sent
// back. All else is a form's.
const canDo = typeof PublicKeyCredential === "function"
  && "parseCreationOptionsFromJSON" in PublicKeyCredential;

async function send(path, body) {
  const answer = await fetch(`/api/v1${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(body ?? {}),
  });
  if (answer.status === 403 && (await answer.clone().json()).code === "proof_too_old") {
    // The person shows that it is still them, and comes back to do it again.
    location.assign(`/account/proof?next=${encodeURIComponent(location.pathname)}`);
  }
  if (!answer.ok) throw new Error(path);
  return answer.status === 204 ? null : answer.json();
}

async function logIn(form) {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    await send("/passkeys/options"));
  const proof = await navigator.credentials.get({ publicKey });
  await send("/sessions/passkey", { answer: proof.toJSON() });
  location.assign(form.dataset.next);
}

async function prove(form) {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    await send("/passkeys/options"));
  const proof = await navigator.credentials.get({ publicKey });
  await send("/sessions/current/proof/passkey", { answer: proof.toJSON() });
  location.assign(form.dataset.next);
}

async function add(form) {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    await send("/me/passkeys/options"));
  const made = await navigator.credentials.create({ publicKey });
  const name = form.elements.namedItem("name").value;
  await send("/me/passkeys", { name, answer: made.toJSON() });
  location.reload();
}

const WORK = { "passkey-login": logIn, "passkey-add": add, "passkey-proof": prove };

for (const [id, work] of Object.entries(WORK)) {
  const form = document.getElementById(id);
  if (!form || !canDo) continue;
  form.hidden = false;
  const said = form.querySelector("[role=status]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    said.textContent = said.dataset.waits;
    try {
      await work(form);
    } catch {
      // Cancelled, none there, or refused: which one is between the person and their device.
      said.textContent = said.dataset.failed;
    }
  });
}
