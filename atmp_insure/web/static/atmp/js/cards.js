// A small table of a page becomes cards on a phone where it would be cut or squeezed: one card a row, each value under the
// heading of its column. A comparison (`variants`, `rows-matrix`, `keeps-columns`) stays side by side and scrolls in its box.
const PHONE = window.matchMedia("(max-width: 640px)");
const COLUMNS_MATTER = ".variants, .rows-matrix, .keeps-columns";
const SQUEEZED = 2; // times the width of the screen that the table would take by itself

function asOne(nodes) {
  const value = document.createElement("div");
  value.append(...nodes);
  return value;
}

function nameCells(table) {
  const names = [...table.querySelectorAll("thead tr:last-child > *")].map((cell) => cell.textContent.trim());
  for (const row of table.querySelectorAll("tbody tr, tfoot tr")) {
    const before = names.length - row.children.length; // columns that a cell of a row above fills
    [...row.children].forEach((cell, at) => {
      if (cell.localName !== "td" || cell.hasAttribute("colspan")) return;
      cell.dataset.label ||= names[before + at] ?? "";
      if (cell.childNodes.length > 1) cell.replaceChildren(asOne(cell.childNodes));
    });
  }
}

function isTight(table) {
  const box = table.parentElement;
  if (table.scrollWidth > box.clientWidth + 1) return true;
  table.classList.add("is-measured");
  const whole = table.offsetWidth;
  table.classList.remove("is-measured");
  return whole > SQUEEZED * box.clientWidth;
}

function fit(table) {
  table.classList.remove("is-cards");
  if (PHONE.matches && table.offsetParent && isTight(table)) table.classList.add("is-cards");
}

export function stackTables(part) {
  for (const table of part.querySelectorAll(".table-box > .rows-plain")) {
    if (table.matches(COLUMNS_MATTER) || !table.tHead) continue;
    nameCells(table);
    fit(table);
  }
}

export function watchTables() {
  PHONE.addEventListener("change", () => stackTables(document));
  document.addEventListener("toggle", (event) => stackTables(event.target), true); // what was folded had no width
}
