// <copy-text shown="Скопійовано"><button hidden>…</button><code>…</code></copy-text>
class CopyText extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    if (!button || !navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const pieces = [...this.querySelectorAll("code")].map((piece) => piece.textContent.trim());
      await navigator.clipboard.writeText(pieces.join("\n"));
      const status = this.querySelector("[role=status]");
      if (status) status.textContent = this.getAttribute("shown");
    });
  }
}

customElements.define("copy-text", CopyText);
