// Lets the browser keep what is needed without a network, and offer to install the pages.
const CONFIRMED = "gadong-push-confirmed";
// It fetches files of its own: after the page, whose first look they would delay.
if ("serviceWorker" in navigator) {
  if (document.readyState === "complete") register();
  else addEventListener("load", register, { once: true });
}

function register() {
  navigator.serviceWorker.register("/service-worker.js").then(confirmPush);
}

// After each login: a browser that shows notices shows those of who is logged in, or none.
async function confirmPush(registration) {
  const isFresh = document.referrer
    && /^\/(login|recover)(\/|$)/.test(new URL(document.referrer).pathname);
  if (!registration.pushManager || (sessionStorage.getItem(CONFIRMED) && !isFresh)) return;
  const subscription = await registration.pushManager.getSubscription();
  if (subscription) {
    const body = new URLSearchParams({ endpoint: subscription.endpoint });
    const answer = await fetch("/account/push/use", { method: "POST", body });
    if (!answer.ok) return;
    if (!(await answer.json()).is_yours) await subscription.unsubscribe();
  }
  sessionStorage.setItem(CONFIRMED, "yes");
}
