// Cards taken along to be changed where there is no network: downloaded when asked, with their version.
import { make } from "./words.js";
import { ask, Away, Stranger } from "./field-ask.js";
import { button, field, heading, sureButton } from "./field-parts.js";
import { locate } from "./field-place.js";
import { cardsOf, dropCards, keepCards } from "./field-store.js";
import { tell } from "./field-words.js";

const SHOWN = 50;

export async function taking(page, form) {
  const said = make("p", { role: "status" });
  const list = make("ul", { class: "field-records", role: "list" });
  const filter = make("input", { type: "search", name: "filter", autocomplete: "off" });
  const words = make("input", { type: "search", name: "words", autocomplete: "off" });
  const show = async () => draw(page, form, list, filter.value, said);

  const take = async (query) => {
    said.textContent = tell("preparing");
    try {
      const { status, told } = await ask(`${page.settings.cards}?register=${encodeURIComponent(form.register)}&${query}`);
      if (status !== 200) said.textContent = told.detail;
      else if (told.person !== page.person) throw new Stranger();
      else {
        await keepCards(page.person, form.register, told.cards);
        await show();
        if (!told.cards.length) said.textContent = tell("takenNone");
        else said.textContent = tell(told.more ? "takenMore" : "taken", { n: told.cards.length });
      }
    } catch (failed) {
      if (failed instanceof Stranger) page.say(tell("signIn"), "warn");
      said.textContent = failed instanceof Away ? tell("networkNeeded") : "";
    }
  };
  const near = async () => {
    try {
      const place = await locate();
      await take(`near=${place.latitude},${place.longitude}`);
    } catch {
      said.textContent = tell("noPlace");
    }
  };
  filter.addEventListener("input", show);
  await show();
  const drop = async () => {
    await dropCards(page.person, form.register);
    await show();
  };
  return [
    make("p", {}, make("a", { href: "#/" }, tell("back"))),
    heading(`${tell("take")}: ${form.list}`),
    make("p", {}, tell("takeText")),
    make("div", { class: "fields" }, field({ label: tell("takeWords"), required: true }, words)),
    make("div", { class: "actions" },
      button(tell("takeFound"), () => take(`q=${encodeURIComponent(words.value)}`), { sign: "search" }),
      button(tell("takeNear"), near, { sign: "locate" }),
      button(tell("takeOwn"), () => take("own=1"), { sign: "user" }),
      sureButton(tell("dropTaken"), drop)),
    said,
    make("div", { class: "fields" }, field({ label: tell("filter"), required: true }, filter)),
    list,
  ];
}

async function draw(page, form, list, words, said) {
  const sought = words.trim().toLocaleLowerCase();
  const cards = await cardsOf(page.person, form.register);
  const fits = cards.filter((card) => `${card.label} ${card.hint}`.toLocaleLowerCase().includes(sought));
  said.textContent = tell("taken", { n: cards.length });
  list.replaceChildren(...fits.slice(0, SHOWN).map((card) =>
    make("li", {}, make("div", {}, make("b", {}, card.label), make("small", {}, card.hint)),
      make("div", { class: "actions" }, make("a", { class: "button", href: `#/edit/${form.register}/${card.card}` }, tell("change"))))));
}
