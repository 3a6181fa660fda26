// A pretend phone. What it sends goes through the same inbox as a real one; what comes back is asked for twice a second.
"use strict";

const TEXTS = {
  es: {
    exit: "Salir", exit_link: "Salir de esta página ahora", pretend: "teléfono de prueba", more: "Más", write: "Escribe un mensaje",
    send: "Enviar", messages: "Mensajes", location: "📍 Enviar mi ubicación", photo: "📷 Enviar una foto", voice: "🎤 Enviar una nota de voz",
    other_language: "English", fresh: "Otro teléfono, desde cero", trouble: "No se pudo enviar. Tu mensaje sigue en el cuadro.",
    about: "Salir (o Shift tres veces) tapa la pantalla y abre otra página. El historial del navegador se queda.",
    sent_location: "📍 Ubicación", sent_image: "📷 Foto", sent_voice: "🎤 Nota de voz (0:07)",
  },
  en: {
    exit: "Exit", exit_link: "Leave this page now", pretend: "test phone", more: "More", write: "Write a message",
    send: "Send", messages: "Messages", location: "📍 Send my location", photo: "📷 Send a picture", voice: "🎤 Send a voice note",
    other_language: "Español", fresh: "Another phone, from scratch", trouble: "It could not be sent. Your message is still in the box.",
    about: "Exit (or Shift three times) covers the screen and opens another page. The browser's history stays.",
    sent_location: "📍 Location", sent_image: "📷 Picture", sent_voice: "🎤 Voice note (0:07)",
  },
};
const ELSEWHERE = "https://www.wikipedia.org/";
const STAND_INS = {
  location: { kind: "location", latitude: 14.90541, longitude: -92.26344 },
  image: { kind: "media", media: "image", handle: "simulated-image", mime: "image/png" },
  voice: { kind: "media", media: "voice", handle: "simulated-voice", mime: "audio/wav" },
};

const list = document.querySelector(".messages"), form = document.querySelector(".write"), box = form.querySelector("textarea");
const trouble = document.querySelector(".trouble");
const fresh = () => Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("");
let language = localStorage.getItem("language") || (navigator.language.startsWith("en") ? "en" : "es");
let address = sessionStorage.getItem("phone") || `sim-${fresh()}`;
sessionStorage.setItem("phone", address);
let after = 0;

function speak() {
  document.documentElement.lang = language;
  const texts = TEXTS[language];
  for (const item of document.querySelectorAll("[data-t]")) item.textContent = texts[item.dataset.t];
  for (const item of document.querySelectorAll("[data-label]")) item.setAttribute("aria-label", texts[item.dataset.label]);
  for (const item of document.querySelectorAll("[data-hint]")) item.placeholder = texts[item.dataset.hint];
}

function bubble(side, text, at, options) {
  const item = document.createElement("li");
  item.className = side;
  if (side === "theirs") item.dataset.testid = "simulator-message";
  const words = document.createElement("bdi");
  words.textContent = text;
  item.append(words);
  if (options?.length) {
    const group = document.createElement("div");
    group.className = "options";
    for (const option of options) {
      const button = document.createElement("button");
      button.type = "button"; button.textContent = option.label;
      button.addEventListener("click", () => { button.classList.add("tapped"); send({ kind: "choice", token: option.token, label: option.label }, option.label); });
      group.append(button);
    }
    item.append(group);
  }
  const time = document.createElement("time");
  time.textContent = at.toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
  item.append(time);
  list.append(item);
  list.scrollTop = list.scrollHeight;
  return item;
}

async function send(body, shown) {
  const mine = bubble("hers", shown, new Date());
  try {
    const answer = await fetch("/simulator/send", {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ id: fresh(), address, body }),
    });
    if (!answer.ok) throw new Error();
    trouble.hidden = true;
    return true;
  } catch {
    mine.remove();
    trouble.hidden = false;
    return false;
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = box.value.trim();
  if (!text) return;
  box.value = "";
  if (!(await send({ kind: "text", text }, text))) box.value = text;
  box.focus();
});
box.addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); form.requestSubmit(); } });
for (const button of document.querySelectorAll("[data-attach]")) button.addEventListener("click", () => {
  const kind = button.dataset.attach;
  document.querySelector(".more").open = false;
  send(STAND_INS[kind], TEXTS[language][`sent_${kind}`]);
});
document.querySelector("[data-language]").addEventListener("click", () => {
  language = language === "es" ? "en" : "es";
  localStorage.setItem("language", language);
  document.querySelector(".more").open = false;
  speak();
});
document.querySelector("[data-new]").addEventListener("click", () => { sessionStorage.removeItem("phone"); location.reload(); });

async function fetchNew() {
  try {
    const answer = await fetch(`/simulator/messages?address=${encodeURIComponent(address)}&after=${after}`);
    for (const message of await answer.json()) {
      after = message.id;
      bubble("theirs", message.text, new Date(message.at), message.options);
    }
  } catch { /* asked again in a moment */ }
  setTimeout(fetchNew, 500);
}

// Leaving fast: the screen is white at once; this page's memory goes; another page takes its place in the tab.
function leave(event) {
  event?.preventDefault();
  document.querySelector(".blank").hidden = false;
  document.title = "";
  sessionStorage.clear();
  location.replace(ELSEWHERE);
}
for (const item of document.querySelectorAll("[data-exit]")) item.addEventListener("click", leave);
let shifts = [];
addEventListener("keydown", (event) => {
  if (event.key !== "Shift") { shifts = []; return; }
  shifts = [...shifts, Date.now()].filter((at) => Date.now() - at < 5000);
  if (shifts.length >= 3) leave();
});

speak();
fetchNew();
