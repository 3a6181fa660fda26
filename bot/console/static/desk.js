// The live part of the desk: swaps in what the server rendered, sounds, blanks, beats. Without it every page still works.
"use strict";

const body = document.body;
let last = Date.now();
const token = body.dataset.formToken;
const headers = { "X-Faro-Form": token, "Content-Type": "application/x-www-form-urlencoded" };
const post = (path, fields) => fetch(path, { method: "POST", headers, body: new URLSearchParams(fields || {}), redirect: "manual" });

// --- waiting times -------------------------------------------------------------------------------------------------
function lasting(seconds) {
  const s = Math.max(0, Math.floor(seconds)), m = Math.floor(s / 60), h = Math.floor(s / 3600), d = Math.floor(s / 86400);
  if (d) return `${d} d ${h % 24} h`;
  if (h) return `${h} h ${String(m % 60).padStart(2, "0")}`;
  return `${m}:${String(s % 60).padStart(2, "0")}`;
}
function tick() {
  for (const item of document.querySelectorAll("[data-since]")) item.textContent = lasting((Date.now() - Date.parse(item.dataset.since)) / 1000);
  for (const item of document.querySelectorAll("[data-until]")) item.textContent = lasting((Date.parse(item.dataset.until) - Date.now()) / 1000);
}
setInterval(tick, 1000);

// --- fragments -----------------------------------------------------------------------------------------------------
const parts = [...document.querySelectorAll("[data-part]")];
const pending = new Map();
async function refresh(part) {
  if (pending.get(part)) { pending.set(part, "again"); return; }
  pending.set(part, "now");
  try {
    const answer = await fetch(part.dataset.part, { headers: { "X-Faro-Part": "1" }, redirect: "manual" });
    if (answer.type === "opaqueredirect" || answer.status === 401) { location.reload(); return; }
    if (answer.ok) swap(part, await answer.text());
  } catch { /* the connection line says so; the next event tries again */ }
  const again = pending.get(part) === "again";
  pending.delete(part);
  if (again) refresh(part);
}
const shown = new Map();
function swap(part, html) {
  if (shown.get(part) === html) return;  // nothing changed: nothing is announced again, nothing moves
  shown.set(part, html);
  const focus = document.activeElement, key = part.contains(focus) ? focusKey(focus) : null;
  const list = part.querySelector(".messages");
  const atEnd = !list || list.scrollHeight - list.scrollTop - list.clientHeight < 80, top = list ? list.scrollTop : 0;
  const open = new Set([...part.querySelectorAll("details[open][id]")].map((d) => d.id));
  part.innerHTML = html;
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  const fresh = part.querySelector(".messages");
  if (fresh) fresh.scrollTop = atEnd ? fresh.scrollHeight : top;
  if (key) part.querySelector(key)?.focus();
  const may = part.querySelector("[data-may]");
  if (may) part.closest(".composer")?.setAttribute("data-may", may.dataset.may);
  tick();
  announce();
}
function focusKey(element) {
  const row = element.closest("[data-case-id]"), id = element.dataset.testid;
  return row && id ? `[data-case-id="${row.dataset.caseId}"] [data-testid="${id}"]` : null;
}

// --- alarm ---------------------------------------------------------------------------------------------------------
// Every case that nobody has sounds until somebody takes it or the operator silences this very case.
const banner = document.querySelector("[data-alarm]");
const silenced = new Set();
let audio = null, bell = null;
function context() {
  audio = audio || new AudioContext();
  if (audio.state === "suspended") audio.resume();
  return audio;
}
function ring(urgent) {
  const sound = context(), start = sound.currentTime;
  for (const [n, pitch] of (urgent ? [880, 660, 880, 660, 880] : [520, 660]).entries()) {
    const tone = sound.createOscillator(), level = sound.createGain();
    tone.type = "square"; tone.frequency.value = pitch;
    level.gain.setValueAtTime(0.0001, start + n * 0.22);
    level.gain.exponentialRampToValueAtTime(0.6, start + n * 0.22 + 0.02);
    level.gain.exponentialRampToValueAtTime(0.0001, start + n * 0.22 + 0.2);
    tone.connect(level).connect(sound.destination);
    tone.start(start + n * 0.22); tone.stop(start + n * 0.22 + 0.21);
  }
}
function unowned() {
  return [...document.querySelectorAll('[data-testid="case-row"][data-state="open"], [data-waits]')].filter((r) => ["imminent", "high"].includes(r.dataset.risk));
}
// A browser lets a page sound only after somebody touched it: the shift begins with a test, later pages go on with a touch.
if (body.dataset.sound !== "on") addEventListener("pointerdown", () => { context(); body.dataset.sound = "on"; announce(); }, { once: true });
// Other pages than the queue and the team's sound once for each new case: she may be writing to somebody.
const known = new Set([...JSON.parse(sessionStorage.getItem("faro-known") || "[]"), ...unowned().map((row) => row.dataset.caseId)]);
function announce() {
  const rows = unowned(), fresh = rows.filter((row) => !known.has(row.dataset.caseId));
  const loud = rows.filter((row) => !("waits" in row.dataset) && !silenced.has(row.dataset.caseId));
  for (const row of fresh) { known.add(row.dataset.caseId); notify(); }
  sessionStorage.setItem("faro-known", JSON.stringify([...known].slice(-200)));
  if (fresh.some((row) => "waits" in row.dataset) && body.dataset.sound === "on") ring(fresh.some((row) => row.dataset.risk === "imminent"));
  if (banner) banner.hidden = loud.length === 0;
  document.title = (loud.length ? `(${loud.length}) ` : "") + document.title.replace(/^\(\d+\) /, "");
  clearInterval(bell); bell = null;
  if (!loud.length || body.dataset.sound !== "on") return;
  const imminent = loud.some((row) => row.dataset.risk === "imminent");
  ring(imminent);
  bell = setInterval(() => ring(imminent), imminent ? 4000 : 15000);
}
function notify() {
  if (!window.Notification || Notification.permission !== "granted" || !document.hidden) return;
  const how = { tag: "faro", requireInteraction: true };
  // On Android only a service worker may show one; on a desk without alerts on this phone there is none.
  navigator.serviceWorker?.getRegistration("/console/").then((worker) => worker ? worker.showNotification("Faro", how) : new Notification("Faro", how)).catch(() => {});
}
banner?.querySelector("[data-silence]")?.addEventListener("click", () => {
  for (const row of unowned()) silenced.add(row.dataset.caseId);
  announce();
});
document.querySelector("[data-test-sound]")?.addEventListener("click", () => {
  ring(true);
  body.dataset.sound = "on";
  if (window.Notification && Notification.permission === "default") Notification.requestPermission();
  document.querySelector("[data-heard]")?.classList.remove("gone");
});

// --- live ----------------------------------------------------------------------------------------------------------
const line = document.querySelector("[data-connection]");
function connected(live) {
  if (!line) return;
  line.textContent = live ? line.dataset.live : line.dataset.lost;
  line.classList.toggle("live", live); line.classList.toggle("lost", !live);
}
const locked = "locked" in body.dataset;
if ((parts.length || locked) && ["operator", "supervisor"].includes(body.dataset.role)) {
  const stream = new EventSource("/console/events");
  stream.addEventListener("ready", () => { connected(true); parts.forEach(refresh); });
  stream.addEventListener("case", (event) => {
    const changed = JSON.parse(event.data);
    if (locked && !known.has(changed.id) && ["imminent", "high"].includes(changed.risk)) { known.add(changed.id); for (let n = 0; n < 8; n++) setTimeout(() => ring(true), n * 4000); }
    for (const part of parts) if (["all", changed.id].includes(part.dataset.partFor)) refresh(part);
  });
  stream.onerror = () => connected(false);
  setInterval(() => beat().then((a) => { if (a.status === 401) location.reload(); }).catch(() => connected(false)), 20000);
  setInterval(() => { if (document.visibilityState === "visible") parts.forEach(refresh); }, 30000);
}

// The heartbeat says whether somebody moved: only that keeps the session from hiding itself.
function beat() {
  const moved = Date.now() - last < 25000 ? { "X-Faro-Active": "1" } : {};
  return fetch("/console/presence", { method: "POST", headers: { ...headers, ...moved }, body: new URLSearchParams({ here: "1" }), redirect: "manual" });
}

// --- hide: three Shifts within two seconds, the button, or nobody there for a while ---------------------------------
const panic = document.querySelector("[data-panic]");
function hide() {
  document.documentElement.style.visibility = "hidden";
  document.title = "Faro";
  save();
  panic.requestSubmit();
}
panic?.addEventListener("submit", () => { document.querySelector("main").replaceChildren(); });
let shifts = [];
addEventListener("keydown", (event) => {
  if (event.key !== "Shift") { shifts = []; return; }
  shifts = [...shifts, Date.now()].filter((at) => Date.now() - at < 2000);
  if (shifts.length >= 3 && panic) hide();
});
for (const kind of ["pointerdown", "keydown", "scroll"]) addEventListener(kind, () => { last = Date.now(); }, { passive: true });
setInterval(() => { if (panic && document.querySelector("[data-private]") && Date.now() - last > body.dataset.idleMinutes * 60000) hide(); }, 5000);

// --- the reply box -------------------------------------------------------------------------------------------------
const box = document.querySelector('[data-testid="reply"]');
let saved = box ? box.value : "";
function save() {
  if (!box || box.value === saved) return;
  saved = box.value;
  post(box.dataset.draft, { text: saved }).catch(() => {});
}
if (box) {
  setInterval(save, 3000);
  addEventListener("pagehide", save);
  box.addEventListener("keydown", (event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) box.form.requestSubmit(); });
  box.form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const sent = box.value, button = box.form.querySelector('[data-testid="send"]');
    button.disabled = true;
    try {
      const answer = await fetch(box.form.action, { method: "POST", headers, body: new URLSearchParams(new FormData(box.form)), redirect: "manual" });
      if (answer.type === "opaqueredirect") { location.reload(); return; }
      const said = await answer.json();
      box.form.querySelector("[data-refused]").textContent = said.refused || "";
      box.form.querySelector("[data-refused]").classList.toggle("gone", !said.refused);
      if (!said.refused) { box.value = ""; saved = ""; box.form.elements.once.value = said.once; }
      parts.forEach(refresh);
    } catch {
      box.form.querySelector("[data-refused]").textContent = box.form.dataset.offline;
      box.form.querySelector("[data-refused]").classList.remove("gone");
      box.value = sent;
    }
    button.disabled = false;
    box.focus();
  });
  for (const button of document.querySelectorAll("[data-canned]")) button.addEventListener("click", () => {
    box.value = box.value ? `${box.value}\n${button.dataset.canned}` : button.dataset.canned;
    box.focus();
  });
}
// --- her code word: compared beside the talk, never shown --------------------------------------------------------------
const compare = document.querySelector("[data-compare]");
compare?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const said = compare.querySelector("[data-compared]");
  said.textContent = "";
  try {
    const answer = await post(compare.action, { word: compare.elements.word.value });
    if (!answer.ok) { location.reload(); return; }
    said.textContent = (await answer.json()).said;
    compare.elements.word.value = "";
  } catch { connected(false); }
});
const messages = document.querySelector(".messages");
if (messages) messages.scrollTop = messages.scrollHeight;
announce();
