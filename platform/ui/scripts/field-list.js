// The first page: which forms there are, what is kept here and how each record stands.
import { make } from "./words.js";
import { button, heading, icon, note, standing, sureButton } from "./field-parts.js";
import { dropRecord, UNSENT } from "./field-store.js";
import { tell } from "./field-words.js";
import { clock } from "./language.js";

export function home(page, records, others) {
  const parts = [heading(tell("title"))];
  if (others) parts.push(note("info", make("p", {}, tell("othersWaiting", { n: others }))));
  parts.push(forms(page), waiting(page, records), taking(page));
  parts.push(make("p", {}, make("a", { href: page.settings.came }, tell("came"))));
  return parts;
}

function forms(page) {
  if (!page.forms.length) {
    return make("section", {}, make("h2", {}, tell("noForms")), make("p", {}, tell("noFormsText")));
  }
  const doors = page.forms.map((form) =>
    make("li", {}, make("a", { class: "door", href: `#/new/${form.register}` }, icon("plus"),
      make("div", {}, make("b", {}, form.title), make("small", {}, form.list)), icon("chevron-right"))));
  return make("section", {}, make("h2", {}, tell("newRecord")), make("ul", { class: "doors", role: "list" }, ...doors));
}

function waiting(page, records) {
  const section = make("section", { "aria-labelledby": "on-device" }, make("h2", { id: "on-device" }, tell("onDevice")));
  if (!records.length) {
    section.append(make("p", {}, tell("nothingHere")));
    return section;
  }
  const actions = make("div", { class: "actions" });
  if (records.some((one) => one.state === "waiting")) actions.append(button(tell("sendNow"), () => page.send(), { kind: "primary", sign: "send" }));
  const sent = records.filter((one) => one.state === "sent");
  if (sent.length) {
    actions.append(button(tell("removeSent"), async () => {
      for (const one of sent) await dropRecord(one);
      page.draw();
    }));
  }
  section.append(actions, make("ul", { class: "field-records", role: "list" }, ...records.map((one) => line(page, one))));
  return section;
}

function line(page, record) {
  const about = record.label || record.summary || clock(record.made_at);
  const title = make("b", {}, record.title);
  const words = make("div", {}, title, make("small", {}, `${about} · ${clock(record.made_at)}`), standing(record.state));
  const actions = make("div", { class: "actions" });
  if (record.told && record.state !== "sent") words.append(make("small", {}, record.told));
  for (const one of record.errors ?? []) if (!record.told || one.message !== record.told) words.append(make("small", {}, one.message));
  for (const advice of record.state === "sent" ? (record.advice ?? []) : []) words.append(make("small", {}, advice));
  if (record.state === "conflict") actions.append(make("a", { class: "button", href: `#/conflict/${record.id}` }, tell("resolve")));
  else if (record.state === "otherwise") words.append(make("small", {}, tell("otherwiseText")));
  else if (UNSENT.includes(record.state)) actions.append(make("a", { class: "button", href: `#/record/${record.id}` }, tell("open")));
  if (record.url) actions.append(make("a", { class: "button", href: record.url }, tell("openCard")));
  if (record.state === "sent" || record.state === "otherwise") {
    const remove = async () => {
      await dropRecord(record);
      page.draw();
    };
    actions.append(record.state === "sent" ? button(tell("remove"), remove, { kind: "quiet" }) : sureButton(tell("remove"), remove));
  }
  return make("li", { "data-state": record.state }, words, actions);
}

function taking(page) {
  const ready = page.forms.filter((form) => form.takes);
  if (!ready.length) return "";
  const links = ready.map((form) => make("li", {}, make("a", { href: `#/take/${form.register}` }, form.list)));
  return make("section", {}, make("h2", {}, tell("take")), make("p", {}, tell("takeText")), make("ul", {}, ...links));
}

export function locked(page, count) {
  const parts = [heading(tell("locked")), make("p", {}, tell("lockedText"))];
  if (count) parts.push(note("warn", make("p", {}, tell("lockedWaiting", { n: count }))));
  parts.push(make("p", {}, make("a", { class: "button", "data-kind": "primary", href: page.settings.login }, tell("signInAction"))));
  return parts;
}
