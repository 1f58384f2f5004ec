// <field-waiting hidden> on the page of sign-out: shown when records of the field were not sent from this device.
// Every sign-out takes the person's forms and cards off the device; unsent records stay, hidden until the same person is here.
import { forgetOthers, forgetWho, isThere, unsentOfOthers } from "./field-store.js";

class FieldWaiting extends HTMLElement {
  async connectedCallback() {
    this.hidden = !isThere() || !(await unsentOfOthers());
  }
}

customElements.define("field-waiting", FieldWaiting);

let leaving = false;

// Returns whether the page of sign-out has something to say first.
async function leave(page) {
  try {
    if (location.pathname !== page && (await unsentOfOthers())) return true;
    await forgetWho();
    await forgetOthers(null);
  } catch {
    // A browser that keeps nothing has nothing to hide.
  }
  return false;
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  const page = new URL(form.action, location.href).pathname;
  if (leaving || !isThere() || !/\/logout\/?$/.test(page)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  leave(page).then((stays) => {
    if (stays) return location.assign(page);
    leaving = true;
    form.requestSubmit();
  });
}, true);
