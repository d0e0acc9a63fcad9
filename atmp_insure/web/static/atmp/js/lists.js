// Lists: "/" searches, j and k move, Enter opens, x chooses; the selection bar counts; a press on a row opens it.
function rowsOf() {
  return [...document.querySelectorAll("[data-list] [data-row]")];
}

function move(step) {
  const rows = rowsOf();
  if (!rows.length) return;
  const now = rows.findIndex((row) => row.classList.contains("is-current"));
  const next = rows[Math.min(Math.max(now + step, 0), rows.length - 1)];
  for (const row of rows) row.classList.toggle("is-current", row === next);
  const link = next.querySelector(".row-link");
  if (link) link.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

function choose() {
  const row = document.querySelector("[data-row].is-current");
  const box = row && row.querySelector("input[name=selected]");
  if (box) box.click();
}

function open() {
  const row = document.querySelector("[data-row].is-current");
  if (!row || !row.dataset.href) return false;
  window.location.assign(row.dataset.href);
  return true;
}

function search() {
  const field = document.querySelector("[data-list-search]");
  if (!field) return false;
  field.focus();
  field.select();
  return true;
}

const KEYS = {
  "/": search,
  "j": () => { move(1); return true; },
  "k": () => { move(-1); return true; },
  "x": () => { choose(); return true; },
  "?": () => { const help = document.getElementById("keyboard-help"); if (help) help.showModal(); return Boolean(help); },
};

function isTyping(element) {
  return element.closest("input:not([type=checkbox]), textarea, select, [contenteditable], dialog[open]") !== null;
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && event.target.matches("[data-list-search]")) { event.target.blur(); return; }
  if (isTyping(event.target)) return;
  const atRest = event.target === document.body || event.target.id === "content";
  const acted = event.key === "Enter" ? atRest && open() : KEYS[event.key] && KEYS[event.key]();
  if (acted) event.preventDefault();
}

function count(form) {
  const boxes = [...form.querySelectorAll("input[name=selected]")];
  const chosen = boxes.filter((box) => box.checked).length;
  const bar = form.querySelector("[data-selection-bar]");
  if (!bar) return;
  bar.hidden = chosen === 0;
  bar.querySelector("[data-selection-count]").textContent = String(chosen);
  const all = form.querySelector("[data-select-all]");
  all.checked = chosen > 0 && chosen === boxes.length;
  all.indeterminate = chosen > 0 && chosen < boxes.length;
}

function setAll(form, value) {
  for (const box of form.querySelectorAll("input[name=selected]")) box.checked = value;
  count(form);
}

function onClick(event) {
  const clear = event.target.closest("[data-selection-clear]");
  if (clear) setAll(clear.closest("form"), false);
  const row = event.target.closest("tr[data-href]");
  const isControl = event.target.closest("a, button, input, label, summary, details");
  if (row && !isControl && !String(window.getSelection())) window.location.assign(row.dataset.href);
}

// A table that fits keeps its head in sight while the page scrolls; one that does not scrolls sideways in its own box.
const widths = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    target.toggleAttribute("data-fits", target.firstElementChild.offsetWidth <= target.clientWidth + 1);
  }
});

export function fitTables(part) {
  for (const box of part.querySelectorAll(".list .table-box")) widths.observe(box);
}

// A filter stays open while its options are chosen, though each choice brings the list anew.
let openFilters = [];

export function keepFiltersOpen() {
  for (const name of openFilters) {
    const filter = document.getElementById(name);
    if (filter) filter.open = true;
  }
}

export function watchLists() {
  document.addEventListener("htmx:beforeSwap", () => {
    openFilters = [...document.querySelectorAll("details.filter[open]")].map((filter) => filter.id);
  });
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", onClick);
  document.addEventListener("change", (event) => {
    const form = event.target.closest("[data-selection]");
    if (!form) return;
    if (event.target.matches("[data-select-all]")) setAll(form, event.target.checked);
    else count(form);
  });
}
