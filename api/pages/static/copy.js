// Texts to hand on: a tap selects the whole field, and a button copies it where the browser may.
for (const field of document.querySelectorAll("[data-copied]")) {
  field.addEventListener("focus", () => field.select());
  const button = field.parentElement.querySelector("button");
  const said = field.parentElement.querySelector("[role=status]");
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(field.value);
    said.textContent = said.dataset.done;
  });
}
