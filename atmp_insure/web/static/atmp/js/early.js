// Before the first paint: the theme the visitor chose on this device, and the mark that scripts run.
(function () {
  "use strict";
  var root = document.documentElement;
  var choice = "auto";
  try { choice = window.localStorage.getItem("theme") || "auto"; } catch (refused) { /* no storage: as the device */ }
  var dark = choice === "dark" || (choice === "auto" && window.matchMedia("(prefers-color-scheme: dark)").matches);
  root.setAttribute("data-theme-choice", choice);
  root.setAttribute("data-bs-theme", dark ? "dark" : "light");
  root.classList.add("has-script");
})();
