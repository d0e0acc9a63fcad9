// A sign never stands alone at the end or the beginning of a line: "10 %", "1 000 €", "Pour : le 3", « entre guillemets ».
const LOOSE = /(?<=\S) (?=[:;?!%€»])|(?<=«) (?=\S)|(?<=\d) (?=\d{3}(?!\d))|(?<=n°) (?=\d)/g;
const AS_TYPED = "textarea, pre, code, script, style, [contenteditable]";
const NO_BREAK = "\u00a0";

export function bindSpaces(part) {
  const texts = document.createTreeWalker(part.body ?? part, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (text.data.search(LOOSE) < 0 || text.parentElement?.closest(AS_TYPED)) continue;
    text.data = text.data.replace(LOOSE, NO_BREAK);
  }
}
