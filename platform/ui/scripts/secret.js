// A password may be looked at while it is being typed: fewer mistakes than eight dots in the dark.
class SecretField extends HTMLElement {
  connectedCallback() {
    const input = this.querySelector("input");
    const button = this.querySelector("button");
    if (!input || !button) return;
    button.hidden = false;
    const show = (shown) => {
      input.type = shown ? "text" : "password";
      button.setAttribute("aria-pressed", String(shown));
    };
    button.addEventListener("click", () => show(input.type === "password"));
    // What browsers remember of a form must never be the readable kind.
    input.form?.addEventListener("submit", () => show(false));
  }
}

customElements.define("secret-field", SecretField);
