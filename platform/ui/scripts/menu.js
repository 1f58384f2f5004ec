class MenuDrop extends HTMLElement {
  connectedCallback() {
    this.details = this.querySelector("details");
    if (!this.details) return;
    this.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.details.open) return;
      this.details.open = false;
      this.details.querySelector("summary").focus();
    });
    this.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !this.contains(event.relatedTarget)) this.details.open = false;
    });
    this.outside = (event) => {
      if (!this.contains(event.target)) this.details.open = false;
    };
    document.addEventListener("pointerdown", this.outside);
  }

  disconnectedCallback() {
    if (this.outside) document.removeEventListener("pointerdown", this.outside);
  }
}

customElements.define("menu-drop", MenuDrop);

// On a phone the rooms next door lie in one scrolled row: the open one is seen at once.
const here = document.querySelector(".desk-body > nav [aria-current]");
here?.closest("nav").scrollTo(here.offsetLeft - 32, 0);
