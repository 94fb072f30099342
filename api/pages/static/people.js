// At the desk, the people who may be booked for follow the chosen company. Without this script the
// button that shows the price reads them anew.
document.addEventListener("change", async ({ target }) => {
  const form = target.form;
  if (target.name !== "company" || !document.getElementById("people")) return;
  const values = new URLSearchParams(new FormData(form));
  values.delete("person");
  values.delete("key");
  const path = form.getAttribute("action").replace(/[^/]*$/, "people");
  const answer = await fetch(`${path}?${values}`, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected || target.value !== values.get("company")) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("people");
  if (!fresh || !form.isConnected) return;
  document.getElementById("people").replaceWith(fresh);
  // The price is asked for again, without the person of another company.
  form.dispatchEvent(new Event("change", { bubbles: true }));
});
