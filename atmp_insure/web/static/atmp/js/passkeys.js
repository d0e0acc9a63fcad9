// Passkeys: asks the browser for what the server wants, and sends the answer back. Bytes travel as base64url.

const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];

async function post(url, content) {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
    body: JSON.stringify(content),
  });
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(said.message || "");
  return said;
}

function wire(place, work) {
  const button = place.querySelector("[data-passkey-button]");
  const message = place.querySelector("[data-passkey-message]");
  if (!window.PublicKeyCredential) {
    button.hidden = true;
    return;
  }
  button.addEventListener("click", async () => {
    message.hidden = true;
    button.disabled = true;
    try {
      const { address } = await work();
      window.location.assign(address);
    } catch (error) {
      message.textContent = error.message || error.name;
      message.hidden = false;
    } finally {
      button.disabled = false;
    }
  });
}

export function watchPasskeys() {
  for (const place of document.querySelectorAll("[data-passkey-sign-in]")) {
    wire(place, async () => {
      const options = await post(place.dataset.optionsUrl, {});
      const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
      const credential = await navigator.credentials.get({ publicKey });
      return post(place.dataset.answerUrl, { ...credential.toJSON(), next: place.dataset.next });
    });
  }
  for (const place of document.querySelectorAll("[data-passkey-register]")) {
    wire(place, async () => {
      const options = await post(place.dataset.optionsUrl, {});
      const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
      const credential = await navigator.credentials.create({ publicKey });
      const label = place.querySelector("[data-passkey-label]").value;
      return post(place.dataset.answerUrl, { ...credential.toJSON(), label });
    });
  }
}
