// Says something to a screen reader without moving the focus.
export function announce(text) {
  const place = document.getElementById("announcer");
  if (place) place.textContent = text;
}
