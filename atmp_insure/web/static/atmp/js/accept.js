// One key accepts what is proposed: "a" presses the button that says so, outside of any entry.
export function watchAcceptance() {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "a" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, select, textarea, dialog")) return;
    const button = document.querySelector("[data-accept]");
    if (!button) return;
    event.preventDefault();
    button.click();
  });
}
