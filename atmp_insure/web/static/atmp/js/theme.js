// The theme switch: as the device, light, dark. Kept on this device only.
import { announce } from "./announce.js";

const ORDER = ["auto", "light", "dark"];
const device = window.matchMedia("(prefers-color-scheme: dark)");

function stored() {
  try {
    const choice = window.localStorage.getItem("theme");
    return ORDER.includes(choice) ? choice : "auto";
  } catch {
    return "auto";
  }
}

function apply(choice) {
  const dark = choice === "dark" || (choice === "auto" && device.matches);
  document.documentElement.dataset.themeChoice = choice;
  document.documentElement.dataset.bsTheme = dark ? "dark" : "light";
}

export function watchTheme(redraw) {
  const buttons = document.querySelectorAll("[data-theme-switch]");
  const show = (choice) => {
    for (const button of buttons) {
      const label = JSON.parse(button.dataset.labels)[choice];
      button.setAttribute("aria-label", label);
      button.title = label;
    }
  };
  show(stored());
  for (const button of buttons) {
    button.addEventListener("click", () => {
      const choice = ORDER[(ORDER.indexOf(document.documentElement.dataset.themeChoice) + 1) % ORDER.length];
      try { window.localStorage.setItem("theme", choice); } catch { /* kept for this page only */ }
      apply(choice);
      show(choice);
      announce(button.title);
      redraw();
    });
  }
  device.addEventListener("change", () => { apply(stored()); redraw(); });
}
