// The server already draws the page in the chosen scheme (a cookie); this spares the reload.
const YEAR = 31_536_000;

class AppearanceSwitch extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", (event) => {
      const { name, value } = event.submitter ?? {};
      if (!name) return;
      event.preventDefault();
      const secure = location.protocol === "https:" ? "; secure" : "";
      const age = value ? YEAR : 0;
      document.cookie = `${name}=${value}; path=/; max-age=${age}; samesite=lax${secure}`;
      if (value) document.documentElement.dataset[name] = value;
      else delete document.documentElement.dataset[name];
      for (const button of this.querySelectorAll(`button[name="${name}"]`)) {
        button.setAttribute("aria-pressed", String(button.value === value));
      }
    });
  }
}

customElements.define("appearance-switch", AppearanceSwitch);
