// A card made over the form that wants it: the server's own form in a window, until it is saved or left.
import { make, say } from "./words.js";

let number = 0;

async function send(url, options = {}) {
  return fetch(url, { ...options, credentials: "same-origin", headers: { "X-In-Place": "1", Accept: "text/html, application/json" } });
}

// The saved card, {id, label}, or null when the window was closed.
export function createInPlace(url, title) {
  const id = `in-place-${++number}`;
  const close = make("button", { type: "button", class: "close", "aria-label": say("close") }, "×");
  const body = make("div", {}, make("p", { role: "status" }, say("seeking")));
  const dialog = make("dialog", { class: "in-place", "aria-labelledby": id }, make("header", {}, make("h2", { id }, title), close), body);
  document.body.append(dialog);
  dialog.showModal();
  let made = null;

  const failed = () => {
    let note = body.querySelector("[data-failed]");
    if (!note) body.prepend((note = make("div", { class: "note", "data-tone": "bad", role: "alert", "data-failed": true })));
    note.textContent = say("failed");
  };
  // What came is the form of the same site, or the window says that it could not.
  const show = async (answer) => {
    if (answer.redirected || ![200, 422].includes(answer.status)) return failed();
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const form = page.querySelector("form");
    if (!form) return failed();
    body.replaceChildren(document.adoptNode(form));
    form.addEventListener("submit", submit);
    form.querySelector("[data-close]")?.addEventListener("click", () => dialog.close());
    const wrong = form.querySelector(".error-summary, .note");
    (wrong ?? form.querySelector("input:not([type=hidden]), select, textarea"))?.focus();
    wrong?.scrollIntoView({ block: "nearest" });
  };
  let busy = false;
  const submit = async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    const form = event.target;
    event.submitter?.setAttribute("aria-busy", "true");
    try {
      const answer = await send(form.action, { method: "POST", body: new FormData(form) });
      if (answer.status === 201) {
        made = await answer.json();
        dialog.close();
      } else await show(answer);
    } catch {
      failed();
    }
    event.submitter?.removeAttribute("aria-busy");
    busy = false;
  };
  send(url).then(show).catch(failed);

  return new Promise((resolve) => {
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(made);
    });
  });
}
