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
