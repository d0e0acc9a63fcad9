// The page of the API's documentation: shows the OpenAPI document of this machine; calls from it carry the page's token.

const place = document.getElementById("api-docs");
const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];

function withToken(request) {
  if (new URL(request.url, window.location.href).origin === window.location.origin) {
    request.headers["X-CSRFToken"] = token();
  }
  return request;
}

// what the bundle writes starts one level too deep, and outside of any part, for those who go from one to the other
function fitIn() {
  for (const heading of place.querySelectorAll("h3.opblock-tag")) heading.setAttribute("aria-level", "2");
  for (const part of place.querySelectorAll(".information-container, .scheme-container")) {
    part.setAttribute("role", "region");
    part.setAttribute("aria-label", part.querySelector("h1, h2") ? "atmp" : "Authentification");
  }
}

// the bundle knows its dark colours by a class on the root
function followTheme() {
  const root = document.documentElement;
  root.classList.toggle("dark-mode", root.dataset.bsTheme === "dark");
}

followTheme();
new MutationObserver(followTheme).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });

window.SwaggerUIBundle({
  domNode: place,
  url: place.dataset.document,
  validatorUrl: null, // no page of another site is asked whether the document is right
  requestInterceptor: withToken,
  defaultModelsExpandDepth: -1, // each operation shows the shapes that it uses
  docExpansion: "list",
  onComplete: fitIn,
});
