// <open-dialog><button data-open hidden>…</button><dialog open>…</dialog></open-dialog>
class OpenDialog extends HTMLElement {
  connectedCallback() {
    const dialog = this.querySelector("dialog");
    const button = this.querySelector("[data-open]");
    if (!dialog || !button) return;
    // A form that came back with errors is a window that should be open again.
    const wrong = dialog.querySelector(".error-summary");
    dialog.removeAttribute("open");
    button.hidden = false;
    button.addEventListener("click", () => dialog.showModal());
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
    if (wrong) dialog.showModal();
  }
}

customElements.define("open-dialog", OpenDialog);
