// <push-device data-key data-worker><form>hidden endpoint, p256dh, auth, <button hidden></form><p role="status">…
import { say } from "./words.js";

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));

class PushDevice extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    if (!button || !navigator.serviceWorker || !("PushManager" in window)) return;
    button.hidden = false;
    button.addEventListener("click", () => this.agree(button));
  }

  async agree(button) {
    const status = this.querySelector("[role=status]");
    button.disabled = true;
    try {
      if ((await Notification.requestPermission()) !== "granted") {
        status.textContent = say("pushDenied");
        return;
      }
      await navigator.serviceWorker.register(this.dataset.worker);
      const worker = await navigator.serviceWorker.ready;
      // A subscription made with an older key of the site cannot be used with the new one.
      await (await worker.pushManager.getSubscription())?.unsubscribe();
      const made = await worker.pushManager.subscribe({
        userVisibleOnly: true,
        applicationServerKey: bytes(this.dataset.key),
      });
      const { endpoint, keys } = made.toJSON();
      const form = this.querySelector("form");
      Object.entries({ endpoint, ...keys }).forEach(([name, value]) => {
        const field = form.elements[name];
        if (field) field.value = value;
      });
      form.requestSubmit();
    } catch {
      status.textContent = say("pushFailed");
    } finally {
      button.disabled = false;
    }
  }
}

customElements.define("push-device", PushDevice);
