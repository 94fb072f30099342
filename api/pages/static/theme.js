// The theme of the system, where nobody chose one. Before the page is drawn, so that nothing
// flashes.
const page = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");
function follow() {
  if (page.dataset.theme !== "auto") return;
  if (dark.matches) page.setAttribute("data-bs-theme", "dark");
  else page.removeAttribute("data-bs-theme");
}
dark.addEventListener("change", follow);
follow();
