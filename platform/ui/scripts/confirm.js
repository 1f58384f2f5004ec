// <confirm-send question="…" yes="…" no="…"><form>…</form></confirm-send>
class ConfirmSend extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", (event) => {
      if (this.agreed) return;
      event.preventDefault();
      event.stopPropagation();
      this.ask(event.target, event.submitter);
    });
  }

  ask(form, submitter) {
    const dialog = document.createElement("dialog");
    const question = document.createElement("p");
    question.textContent = this.getAttribute("question");
    question.id = "confirm-question";
    dialog.setAttribute("aria-labelledby", question.id);
    const answers = document.createElement("form");
    answers.method = "dialog";
    answers.className = "actions";
    for (const [kind, value] of [["danger", "yes"], ["", "no"]]) {
      const button = document.createElement("button");
      button.value = value;
      button.dataset.kind = kind;
      button.autofocus = value === "no";
      button.textContent = this.getAttribute(value);
      answers.append(button);
    }
    dialog.append(question, answers);
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (dialog.returnValue !== "yes") return submitter?.focus();
      this.agreed = true;
      form.requestSubmit(submitter);
    });
    document.body.append(dialog);
    dialog.showModal();
  }
}

customElements.define("confirm-send", ConfirmSend);
