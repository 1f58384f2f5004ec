// The exchange with the key is allauth's; this says in words what went wrong.
document.addEventListener("allauth.error", (event) => {
  const place = document.querySelector("[data-passkey-error]");
  if (!place) return;
  event.preventDefault();
  const refused = ["NotAllowedError", "AbortError"].includes(event.detail.exception?.name);
  place.querySelector("[data-text]").textContent = refused ? place.dataset.refused : place.dataset.failed;
  place.hidden = false;
  place.scrollIntoView({ block: "nearest" });
});

// <form data-passkey="loginForm | authenticateForm | addForm">, with a button and a hidden field for the answer.
document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("form[data-passkey]");
  const forms = window.allauth?.webauthn?.forms;
  if (!form || !forms) return;
  const credential = form.querySelector("input[name=credential]");
  const passwordless = form.querySelector("input[name=passwordless]");
  const [login, authenticate, add] = Array(3).fill("passkey-button");
  forms[form.dataset.passkey]({
    ids: { login, authenticate, add, data: "passkey-data", credential: credential.id, passwordless: passwordless?.id },
  });
});
