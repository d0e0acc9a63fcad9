// Menus (`details.menu`) close on Escape, on a press elsewhere and when another opens; the side menu opens on small screens.
function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!except || !menu.contains(except)) menu.open = false;
  }
}

function toggleSidebar() {
  const sidebar = document.getElementById("sidebar");
  if (!sidebar) return;
  const open = sidebar.classList.toggle("is-open");
  document.querySelector(".sidebar-veil").hidden = !open;
  document.querySelector(".sidebar-open").setAttribute("aria-expanded", String(open));
  (open ? sidebar.querySelector("a, button") : document.querySelector(".sidebar-open")).focus();
}

export function watchMenus() {
  document.addEventListener("click", (event) => {
    closeMenus(event.target);
    if (event.target.closest("[data-sidebar-toggle]")) toggleSidebar();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.activeElement && document.activeElement.closest("details.menu[open]");
    if (menu) menu.querySelector("summary").focus();
    closeMenus();
    const sidebar = document.querySelector(".sidebar.is-open");
    if (sidebar) toggleSidebar();
  });
}
