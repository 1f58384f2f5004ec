// <file-drop data-limit="20"><label>…</label><input type="file"></file-drop>: a place to drop on, names of what was chosen,
// how much has been sent. Without a script it is the input and the form it stands in.
import { make, say } from "./words.js";

let drawnHere = false;

class FileDrop extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input[type=file]");
    if (!this.input) return;
    this.list = make("ul", { class: "chosen", role: "list" });
    this.said = make("p", { role: "status" });
    this.append(this.list, this.said);
    for (const kind of ["dragenter", "dragover"]) {
      this.addEventListener(kind, (event) => { event.preventDefault(); this.toggleAttribute("data-over", true); });
    }
    this.addEventListener("dragleave", (event) => { if (!this.contains(event.relatedTarget)) this.removeAttribute("data-over"); });
    this.addEventListener("drop", (event) => {
      event.preventDefault();
      this.removeAttribute("data-over");
      const files = new DataTransfer();
      for (const file of [...event.dataTransfer.files].slice(0, this.input.multiple ? undefined : 1)) files.items.add(file);
      this.input.files = files.files;
      this.input.dispatchEvent(new Event("change", { bubbles: true }));
    });
    this.input.addEventListener("change", () => this.show());
    this.input.form?.addEventListener("submit", (event) => this.send(event));
  }

  trouble(file) {
    const limit = Number(this.dataset.limit);
    if (limit && file.size > limit * 1024 * 1024) return say("tooLarge", { limit });
    const kinds = (this.input.accept || "").split(",").map((kind) => kind.trim()).filter(Boolean);
    const fits = kinds.some((kind) => kind.startsWith(".") ? file.name.toLowerCase().endsWith(kind) : new RegExp(`^${kind.replace("*", ".*")}$`).test(file.type));
    return kinds.length && !fits ? say("wrongKind", { kinds: kinds.join(", ") }) : "";
  }

  show() {
    let wrong = "";
    const size = new Intl.NumberFormat("uk", { maximumFractionDigits: 1 });
    this.list.replaceChildren(...[...this.input.files].map((file) => {
      const trouble = this.trouble(file);
      wrong ||= trouble;
      return make("li", {}, make("span", {}, file.name), make("small", { "data-tone": trouble ? "bad" : null }, trouble || `${size.format(file.size / 1024)} кБ`));
    }));
    this.input.setCustomValidity(wrong);
    this.said.textContent = wrong || (this.input.files.length ? say("chosen", { n: this.input.files.length }) : "");
  }

  send(event) {
    if (event.defaultPrevented || !this.input.files.length) return;
    event.preventDefault();
    if (this.sending) return;
    this.sending = true;
    const form = event.target;
    const request = new XMLHttpRequest();
    const bar = this.appendChild(make("progress", { value: 0, max: 1, "aria-label": say("chosen", { n: this.input.files.length }) }));
    event.submitter?.setAttribute("aria-busy", "true");
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      bar.max = total;
      bar.value = loaded;
      this.said.textContent = say("uploading", { done: Math.round(loaded / 1024), total: Math.round(total / 1024) });
    });
    const again = () => {
      this.sending = false;
      bar.remove();
      event.submitter?.removeAttribute("aria-busy");
      this.said.textContent = say("failed");
    };
    request.addEventListener("error", again);
    request.addEventListener("load", () => {
      if (!request.responseText.includes("<main")) return again();
      // Another request for the page would find its messages already said.
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      document.title = page.title;
      if (request.responseURL !== location.href) {
        history.pushState({}, "", request.responseURL);
        drawnHere = true;
      }
      document.body.replaceWith(page.body);
      document.dispatchEvent(new Event("page-replaced"));
      scrollTo(0, 0);
    });
    request.open("POST", form.action);
    request.send(new FormData(form, event.submitter));
  }
}

// «Back» to a page that was drawn over is read anew; a jump to a part of this page is none of our business.
addEventListener("popstate", () => { if (drawnHere) location.reload(); });
customElements.define("file-drop", FileDrop);
