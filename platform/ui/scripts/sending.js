// A form is sent once, however many times its button is pressed.
const sent = new WeakSet();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog") return;
  if (sent.has(form)) {
    event.preventDefault();
    return;
  }
  if (form.target || form.hasAttribute("data-repeatable")) return;
  sent.add(form);
  // Disabling would take the pressed button's name and value out of what is sent.
  event.submitter?.setAttribute("aria-busy", "true");
});

// «Back» may show the page as it was left; it must be sendable again.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.forms) sent.delete(form);
  for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
});
