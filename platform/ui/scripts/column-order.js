// <column-order><form><ol><li>…checkbox…up, down</li></ol></form></column-order>: the order of what is sent is the order shown.
import { make, say } from "./words.js";

class ColumnOrder extends HTMLElement {
  connectedCallback() {
    this.list = this.querySelector("ol, ul");
    if (!this.list) return;
    this.said = make("span", { class: "unseen", role: "status" });
    this.append(this.said);
    for (const item of this.list.children) item.draggable = true;
    this.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-move]");
      if (!button) return;
      event.preventDefault();
      const item = button.closest("li");
      const up = button.dataset.move === "up";
      const other = up ? item.previousElementSibling : item.nextElementSibling;
      if (!other) return;
      if (up) other.before(item);
      else other.after(item);
      this.tell(item);
      const same = item.querySelector(`[data-move="${button.dataset.move}"]`);
      const edge = up ? !item.previousElementSibling : !item.nextElementSibling;
      (edge ? item.querySelector(`[data-move="${up ? "down" : "up"}"]`) : same).focus();
    });
    this.list.addEventListener("dragstart", (event) => {
      this.dragged = event.target.closest("li");
      this.dragged.toggleAttribute("data-dragged", true);
      event.dataTransfer.effectAllowed = "move";
    });
    this.list.addEventListener("dragover", (event) => {
      const over = event.target.closest("li");
      if (!this.dragged || !over || over === this.dragged) return;
      event.preventDefault();
      const box = over.getBoundingClientRect();
      if (event.clientY > box.top + box.height / 2) over.after(this.dragged);
      else over.before(this.dragged);
    });
    this.list.addEventListener("dragend", () => {
      this.dragged?.removeAttribute("data-dragged");
      if (this.dragged) this.tell(this.dragged);
      this.dragged = null;
    });
  }

  tell(item) {
    const items = [...this.list.children];
    this.said.textContent = say("moved", { name: item.querySelector("label").textContent.trim(), place: items.indexOf(item) + 1, total: items.length });
  }
}

customElements.define("column-order", ColumnOrder);
