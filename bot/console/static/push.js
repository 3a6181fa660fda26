// The service worker: shows an alert when the desk is closed, and opens the desk. It keeps nothing, and no page passes through it.
"use strict";

// Where an alert cannot be read, or the browser has changed its address by itself: the desk says the rest.
const spoken = () => (navigator.language || "").toLowerCase().startsWith("en") ? "en" : "es";
const LOOK = { es: "Abre el escritorio", en: "Open the desk" };

function read(data) {
  try {
    const { text, language } = data.json();
    if (typeof text === "string" && text) return { text, language };
  } catch { /* an alert that cannot be read still calls */ }
  return { text: LOOK[spoken()], language: spoken() };
}
function show({ text, language }) {
  return self.registration.showNotification("Faro", {
    body: text, lang: language, tag: "faro", renotify: true, requireInteraction: true,
    icon: "/console/static/icon-192.png", badge: "/console/static/badge-96.png", vibrate: [400, 150, 400, 150, 400],
  });
}
async function open() {
  const desk = new URL("/console/", self.location.origin).href;
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = windows.find((page) => page.url.startsWith(desk));
  return there ? there.focus() : self.clients.openWindow(desk);
}
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("push", (event) => event.waitUntil(show(read(event.data))));
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(show(read(null))));
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open());
});
