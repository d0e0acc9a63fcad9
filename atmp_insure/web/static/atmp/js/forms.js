// Forms: the list of errors takes the focus; entries that are not sent yet are guarded (`data-unsaved-guard`).
const changed = new Set();

export function focusFirstError(part) {
  const errors = part.querySelector("[data-focus-first]");
  if (errors) errors.focus();
}

export function watchForms() {
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-unsaved-guard]");
    if (form) changed.add(form);
  });
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) changed.delete(event.target);
  });
  window.addEventListener("beforeunload", (event) => {
    const unsaved = [...changed].some((form) => form.isConnected);
    if (unsaved) event.preventDefault();
  });
}
