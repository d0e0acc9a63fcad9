// Copying an identifier: the button says that it is done, to the eye and to a screen reader.
import { announce } from "./announce.js";

async function copy(button) {
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
  } catch {
    return;
  }
  button.classList.add("is-done");
  announce(document.documentElement.lang === "en" ? "Copied" : "Copié");
  window.setTimeout(() => button.classList.remove("is-done"), 1500);
}

export function watchCopies() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) copy(button);
  });
}
