// <job-progress data-url="…">{% progress … %}</job-progress>: {status, done, total, message, finished_url} while the job runs.
import { ask, make, say } from "./words.js";

const OVER = ["done", "failed", "cancelled"];

class JobProgress extends HTMLElement {
  connectedCallback() {
    this.bar = this.querySelector("progress") ?? this.appendChild(make("progress", { "aria-label": say("seeking") }));
    this.words = this.querySelector("[data-message]") ?? this.appendChild(make("p", { role: "status", "data-message": "" }));
    this.wait = 1000;
    this.timer = setTimeout(() => this.look(), 300);
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }

  async look() {
    try {
      if (!document.hidden) {
        const job = await ask(new URL(this.dataset.url, location.href));
        this.show(job);
        if (OVER.includes(job.status)) return this.end(job);
        this.wait = Math.min(this.wait * 1.15, 5000);
      }
    } catch {
      this.words.textContent = say("failed");
      this.wait = Math.min(this.wait * 2, 15000);
    }
    this.timer = setTimeout(() => this.look(), this.wait);
  }

  show({ done = 0, total = 0, message = "" }) {
    if (total) {
      this.bar.max = total;
      this.bar.value = Math.min(done, total);
    }
    const counted = total ? say("left", { done: done.toLocaleString("uk"), total: total.toLocaleString("uk") }) : "";
    this.words.textContent = [counted, message].filter(Boolean).join(" · ");
  }

  end({ status, message, finished_url: url }) {
    this.bar.dataset.tone = status === "done" ? "ok" : "bad";
    if (status === "done" && !message) this.words.textContent = say("done");
    if (!url) return this.dispatchEvent(new CustomEvent("job-over", { bubbles: true, detail: { status } }));
    if (this.hasAttribute("data-follow")) location.assign(url);
    else this.append(make("p", {}, make("a", { class: "button", "data-kind": "primary", href: url }, this.dataset.finished ?? say("done"))));
  }
}

customElements.define("job-progress", JobProgress);
