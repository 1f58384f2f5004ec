// <toast-stack>: what has just happened leaves by itself, unless it is bad or being read.
// Other scripts say: document.dispatchEvent(new CustomEvent("toast", { detail: { text, tone, url, action } })).
import { make, say } from "./words.js";

const STAY = 8000;

class ToastStack extends HTMLElement {
  connectedCallback() {
    this.setAttribute("role", "status");
    for (const toast of this.querySelectorAll(".toast")) this.live(toast);
  }

  show({ text, tone = "ok", url, action }) {
    const link = url ? make("a", { href: url }, action) : null;
    const toast = make("div", { class: "toast", "data-tone": tone }, make("p", {}, text, link ? " " : null, link));
    this.append(toast);
    this.live(toast);
  }

  live(toast) {
    const cross = make("button", { type: "button", "aria-label": say("close") }, "×");
    cross.addEventListener("click", () => toast.remove());
    toast.append(cross);
    if (["bad", "warn"].includes(toast.dataset.tone)) return;
    const leave = () => {
      if (toast.matches(":hover, :focus-within")) setTimeout(leave, STAY);
      else toast.remove();
    };
    setTimeout(leave, STAY);
  }
}

customElements.define("toast-stack", ToastStack);

document.addEventListener("toast", ({ detail }) => {
  const stack = document.querySelector("toast-stack:not([data-static])") ?? document.body.appendChild(make("toast-stack"));
  stack.show(detail);
});
