// A form that is sent is sent once, and says that it is worked on where that takes longer.
const SOON = 300;
// An answer that is a file leaves the page as it was: then the form can be sent anew.
const AFTER = 30_000;
const status = document.getElementById("working");
const sent = new Map();

function release(form) {
  const { timers, button } = sent.get(form) ?? { timers: [] };
  timers.forEach(clearTimeout);
  button?.removeAttribute("aria-busy");
  sent.delete(form);
  status.textContent = "";
}

document.addEventListener("submit", (event) => {
  const { target: form, submitter: button } = event;
  const method = button?.getAttribute("formmethod") ?? form.method;
  if (event.defaultPrevented || method !== "post") return;
  if (sent.has(form)) {
    event.preventDefault();
    return;
  }
  const say = () => {
    button?.setAttribute("aria-busy", "true");
    status.textContent = form.dataset.working ?? status.dataset.text;
  };
  sent.set(form, { button, timers: [setTimeout(say, SOON), setTimeout(release, AFTER, form)] });
});
// Whoever goes back finds the page as it was, not as it was left.
addEventListener("pageshow", () => [...sent.keys()].forEach(release));
