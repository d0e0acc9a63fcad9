// What every page does. Each module looks after one thing; `ready` runs on the page and again on what htmx brings.
import { watchAcceptance } from "./accept.js";
import { stackTables, watchTables } from "./cards.js";
import { redrawCharts, drawCharts } from "./charts.js";
import { registerComponents } from "./components.js";
import { watchCopies } from "./copy.js";
import { watchDialogs } from "./dialogs.js";
import { focusFirstError, watchForms } from "./forms.js";
import { fitTables, keepFiltersOpen, watchLists } from "./lists.js";
import { watchMenus } from "./menus.js";
import { watchPasskeys } from "./passkeys.js";
import { watchSearch } from "./search.js";
import { bindSpaces } from "./spaces.js";
import { watchTheme } from "./theme.js";

registerComponents();
watchTheme(redrawCharts);
watchMenus();
watchDialogs();
watchCopies();
watchForms();
watchLists();
watchTables();
watchPasskeys();
watchSearch();
watchAcceptance();

function ready(part) {
  drawCharts(part);
  bindSpaces(part);
  fitTables(part);
  stackTables(part);
  keepFiltersOpen();
  focusFirstError(part);
}

ready(document);
document.addEventListener("htmx:load", (event) => {
  if (event.detail.elt !== document.body) ready(event.detail.elt);
});
