// What the device keeps. Nothing is said to be kept before its transaction is over.
const NAME = "field";
const HERE = "who";
const STRICT = { durability: "strict" };
export const UNSENT = ["draft", "waiting", "refused", "conflict", "otherwise"];
let opened;

function open() {
  opened ??= new Promise((done, fail) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      const rooms = asked.result;
      rooms.createObjectStore("records", { keyPath: "id" });
      rooms.createObjectStore("photos", { keyPath: "id" }).createIndex("record", "record");
      rooms.createObjectStore("marks", { keyPath: "mark" });
      rooms.createObjectStore("forms", { keyPath: "person" });
      rooms.createObjectStore("cards", { keyPath: ["person", "register", "card"] });
    };
    asked.onsuccess = () => {
      asked.result.onversionchange = () => asked.result.close();
      done(asked.result);
    };
    asked.onerror = () => fail(asked.error);
  });
  return opened;
}

async function work(rooms, mode, job) {
  const base = await open();
  return new Promise((done, fail) => {
    const act = base.transaction(rooms, mode, mode === "readwrite" ? STRICT : undefined);
    const asked = job((name) => act.objectStore(name));
    act.oncomplete = () => done(asked?.result);
    act.onabort = () => fail(act.error);
  });
}

const all = (room) => work([room], "readonly", (store) => store(room).getAll());
const one = (room, key) => work([room], "readonly", (store) => store(room).get(key));

// -- records ------------------------------------------------------------------------------------------

export async function keepRecord(record, { add = [], drop = [] } = {}) {
  record.changed_at = new Date().toISOString();
  record.rev = (record.rev ?? 0) + 1;
  const kept = structuredClone(record);
  await work(["records", "photos"], "readwrite", (store) => {
    store("records").put(kept);
    for (const photo of add) store("photos").put(photo);
    for (const key of drop) store("photos").delete(key);
  });
}

export const recordOf = (id) => one("records", id);

export async function recordsOf(person) {
  const found = (await all("records")).filter((record) => record.person === person);
  return found.sort((a, b) => (a.made_at < b.made_at ? 1 : -1));
}

// Not of this person; of everybody when nobody is named.
export async function unsentOfOthers(person = null) {
  return (await all("records")).filter((record) => record.person !== person && UNSENT.includes(record.state)).length;
}

export async function dropRecord(record) {
  const keys = record.photos.map((photo) => photo.id);
  await work(["records", "photos"], "readwrite", (store) => {
    store("records").delete(record.id);
    for (const key of keys) store("photos").delete(key);
  });
}

export const photoOf = (id) => one("photos", id);

// -- forms and cards taken along ----------------------------------------------------------------------

export const keepForms = (told) => work(["forms"], "readwrite", (store) => store("forms").put(told));
export const formsOf = (person) => one("forms", person);

export const cardOf = (person, register, card) => one("cards", [person, register, card]);

export async function cardsOf(person, register) {
  const found = await all("cards");
  return found.filter((card) => card.person === person && (!register || card.register === register));
}

export async function keepCards(person, register, cards) {
  await work(["cards"], "readwrite", (store) => {
    for (const card of cards) store("cards").put({ ...card, person, register });
  });
}

export async function dropCards(person, register) {
  const range = IDBKeyRange.bound([person, register, 0], [person, register, Infinity]);
  await work(["cards"], "readwrite", (store) => store("cards").delete(range));
}

// -- who works here -----------------------------------------------------------------------------------

export const whoIsHere = () => one("marks", HERE);
export const rememberWho = (person) => {
  markDevice();
  return work(["marks"], "readwrite", (store) => store("marks").put({ mark: HERE, person }));
};
export const forgetWho = () => work(["marks"], "readwrite", (store) => store("marks").delete(HERE));

// Whoever is not here any more leaves no lists of names behind; what they wrote and did not send stays, hidden.
export async function forgetOthers(person) {
  const forms = (await all("forms")).filter((told) => told.person !== person);
  const cards = (await all("cards")).filter((card) => card.person !== person);
  await work(["forms", "cards"], "readwrite", (store) => {
    for (const told of forms) store("forms").delete(told.person);
    for (const card of cards) store("cards").delete([card.person, card.register, card.card]);
  });
}

// A mark that any page reads at once: on other devices a sign-out has nothing to wait for.
export function isThere() {
  try {
    return localStorage.getItem(NAME) !== null;
  } catch {
    return false;
  }
}

function markDevice() {
  try {
    localStorage.setItem(NAME, "1");
  } catch {
    // Without the mark a sign-out leaves the forms here; the next person's visit takes them away.
  }
}
