// Dialogs: opened by `data-open-dialog`; a question (`data-question`) asked before a form is sent or htmx acts.
let askedFor = null;

function ask(question, label, then) {
  const dialog = document.getElementById("question");
  if (!dialog) { then(); return; }
  dialog.querySelector("#question-text").textContent = question;
  dialog.querySelector("[data-question-act]").textContent = label;
  dialog.returnValue = "no";
  dialog.addEventListener("close", () => { if (dialog.returnValue === "yes") then(); }, { once: true });
  dialog.showModal();
}

function questionOf(form, button) {
  if (button && button.dataset.question) return button;
  return form.dataset.question ? form : null;
}

export function watchDialogs() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open-dialog]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.openDialog);
      if (dialog && !dialog.open) dialog.showModal();
    }
    if (event.target.matches("dialog.dialog-side")) event.target.close();
    if (event.target.closest("[data-print]")) window.print();
  });
  document.addEventListener("submit", (event) => {
    const asking = questionOf(event.target, event.submitter);
    if (!asking || askedFor === event.target) { askedFor = null; return; }
    event.preventDefault();
    ask(asking.dataset.question, asking.dataset.questionLabel, () => {
      askedFor = event.target;
      event.target.requestSubmit(event.submitter);
    });
  });
  document.addEventListener("htmx:confirm", (event) => {
    const question = event.detail.elt.dataset.question;
    if (!question || event.detail.elt.tagName === "FORM") return;
    event.preventDefault();
    ask(question, event.detail.elt.dataset.questionLabel, () => event.detail.issueRequest(true));
  });
}
