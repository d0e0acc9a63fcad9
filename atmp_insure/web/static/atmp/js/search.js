// Global search: Ctrl+K (or Cmd+K) goes to it from anywhere, arrows go through what was found, Escape leaves.
export function watchSearch() {
  document.addEventListener("keydown", (event) => {
    const box = document.getElementById("global-search");
    if (!box) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      box.focus();
      box.select();
      return;
    }
    const panel = document.getElementById("global-found");
    if (!panel.parentElement.contains(document.activeElement)) return;
    if (event.key === "Escape") {
      panel.replaceChildren();
      box.value = "";
      box.blur();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const places = [box, ...panel.querySelectorAll("[data-found]")];
      const step = event.key === "ArrowDown" ? 1 : -1;
      const at = places.indexOf(document.activeElement);
      event.preventDefault();
      places[(at + step + places.length) % places.length].focus();
    }
  });
  document.addEventListener("click", (event) => {
    const panel = document.getElementById("global-found");
    if (panel && !panel.parentElement.contains(event.target)) panel.replaceChildren();
  });
}
