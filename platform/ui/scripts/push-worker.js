// Served from the root of the site: shows what the server pushed, and opens the page it tells of.
self.addEventListener("push", (event) => {
  const told = event.data ? event.data.json() : {};
  const shown = { body: told.body ?? "", tag: told.tag, icon: "/coat-of-arms", data: { url: told.url } };
  event.waitUntil(self.registration.showNotification(told.title ?? "", shown));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  // Only a page of this site, whatever the message says.
  const wanted = new URL(event.notification.data?.url || "/notices/", self.location.origin);
  const target = wanted.origin === self.location.origin ? wanted.href : `${self.location.origin}/notices/`;
  event.waitUntil(self.clients.openWindow(target));
});

// -- the page of the field: it opens without a network, and nothing of a person is in what is kept ---------
const FIELD = "/field/";
const ROOM = "field";
const LOOKS = ["/brand.css", "/coat-of-arms"];

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  if (event.data?.keep !== FIELD) return;
  event.waitUntil(
    keepField().then(
      () => event.ports[0]?.postMessage({ ready: true }),
      async () => event.ports[0]?.postMessage({ ready: Boolean(await kept(FIELD)) }),
    ),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const asked = new URL(request.url);
  if (request.method !== "GET" || asked.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (asked.pathname === FIELD) event.respondWith(kept(FIELD).then((page) => page ?? fetch(request)));
  } else if (asked.pathname.startsWith("/static/") || LOOKS.includes(asked.pathname)) {
    event.respondWith(asset(event, asked.pathname));
  }
});

async function kept(path) {
  return (await caches.open(ROOM)).match(path);
}

// Other pages of the site are not its matter: they get what the network gives.
async function asset(event, path) {
  const client = event.clientId ? await self.clients.get(event.clientId) : null;
  const mine = client && new URL(client.url).pathname === FIELD;
  return (mine && (await kept(path))) || fetch(event.request);
}

// The page last: killed at any moment, what is kept is a page with everything it names.
async function keepField() {
  const page = await fetch(FIELD, { credentials: "same-origin", cache: "no-store" });
  if (!page.ok || page.redirected) throw new Error("The page of the field is not given out.");
  const settings = /data-settings="([^"]*)"/.exec(await page.clone().text())[1];
  const named = JSON.parse(settings.replaceAll("&quot;", '"').replaceAll("&#x27;", "'").replaceAll("&amp;", "&")).kept;
  const room = await caches.open(ROOM);
  await room.addAll(named.map((path) => new Request(path, { cache: "no-cache" })));
  await room.put(FIELD, page);
  for (const one of await room.keys()) {
    const path = new URL(one.url).pathname;
    if (path !== FIELD && !named.includes(path)) await room.delete(one);
  }
}
