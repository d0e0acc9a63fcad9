// Alpine components, by name: under our content policy no expression is written in a page.
export function registerComponents() {
  document.addEventListener("alpine:init", () => {
    window.Alpine.data("dismissible", () => ({
      shown: true,
      dismiss() { this.shown = false; },
    }));
  });
}
