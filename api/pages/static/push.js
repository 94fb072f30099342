// Shows one's notices in this browser, once its person asks for it.
const place = document.getElementById("push");
if (place && "serviceWorker" in navigator && "PushManager" in window) offer();

function offer() {
  const button = place.querySelector("button");
  const status = place.querySelector("[role=status]");
  place.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      if (await Notification.requestPermission() === "granted") {
        await subscribe();
        location.reload();
      } else status.textContent = status.dataset.denied;
    } catch {
      status.textContent = status.dataset.failed;
    } finally {
      button.disabled = false;
    }
  });
}

async function subscribe() {
  const registration = await navigator.serviceWorker.ready;
  // An earlier one may be another person's, or of a key that is no more.
  await (await registration.pushManager.getSubscription())?.unsubscribe();
  const made = await registration.pushManager.subscribe({
    userVisibleOnly: true, applicationServerKey: place.dataset.key,
  });
  const { endpoint, keys } = made.toJSON();
  const body = new URLSearchParams({ endpoint, p256dh: keys.p256dh, auth: keys.auth });
  const answer = await fetch("/account/push", { method: "POST", body });
  if (answer.ok) return;
  await made.unsubscribe();
  throw new Error(answer.status);
}
