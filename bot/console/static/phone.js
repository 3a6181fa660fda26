// "Notify this phone": asks the browser for an address at its push service and brings it to the server.
"use strict";
{
  const box = document.querySelector("[data-phone]");
  const keep = box?.querySelector("[data-phone-keep]"), drop = box?.querySelector("[data-phone-drop]"), renew = box?.querySelector("[data-phone-renew]");
  const able = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

  const say = (text) => { box.querySelector("[data-phone-says]").textContent = text; };
  function state(called, said) {
    const button = keep.querySelector("button");
    button.dataset.first = button.dataset.first || button.textContent;
    button.textContent = called ? button.dataset.again : button.dataset.first;
    keep.classList.remove("gone");
    drop.classList.toggle("gone", !called);
    box.querySelector("[data-phone-state]").textContent = called ? box.dataset.called : box.dataset.uncalled;
    say(said || (called ? box.dataset.on : box.dataset.off));
  }
  function bytes(text) {
    const raw = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(raw, (letter) => letter.charCodeAt(0));
  }
  const text64 = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const ours = (subscription) => text64(subscription.options.applicationServerKey || new ArrayBuffer(0)) === box.dataset.key;
  async function known() {
    const worker = await navigator.serviceWorker.getRegistration("/console/");
    const subscription = await worker?.pushManager.getSubscription();
    return subscription && ours(subscription) ? subscription : null;
  }
  // Without its push service a browser may try for hours and say nothing.
  const within = (promise, seconds) => Promise.race([promise, new Promise((_, no) => setTimeout(() => no(new Error("late")), seconds * 1000))]);
  // An address made for an earlier key of the server can never be called: a new one takes its place.
  async function subscribe() {
    const worker = await navigator.serviceWorker.register("/console/push.js", { scope: "/console/" });
    await navigator.serviceWorker.ready;
    const old = await worker.pushManager.getSubscription();
    if (old && ours(old)) return old;
    await old?.unsubscribe();
    return worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(box.dataset.key) });
  }
  async function send(form, subscription) {
    form.elements.endpoint.value = subscription.endpoint;
    if (form === keep) for (const name of ["p256dh", "auth"]) form.elements[name].value = text64(subscription.getKey(name));
    const answer = await fetch(form.action, { method: "POST", headers: { "X-Faro-Form": form.elements.token.value }, body: new URLSearchParams(new FormData(form)), redirect: "manual" });
    if (answer.type === "opaqueredirect" || answer.status === 401) { location.reload(); return { called: false, said: box.dataset.working }; }
    return answer.json();
  }
  async function ask(event) {
    event.preventDefault();
    const button = keep.querySelector("button");
    button.disabled = true;
    say(box.dataset.working);
    try {
      if (await Notification.requestPermission() !== "granted") state(false, box.dataset.blocked);
      else {
        const { called, said } = await send(keep, await within(subscribe(), 20));
        state(called, said);
      }
    } catch { state(false, box.dataset.unreached); }
    button.disabled = false;
  }
  async function stop(event) {
    event.preventDefault();
    try {
      const subscription = await known();
      if (subscription) { await send(drop, subscription); await subscription.unsubscribe(); }
      state(false);
    } catch { say(box.dataset.unreached); }
  }
  async function begin() {
    box.classList.remove("gone");
    box.querySelector("[data-phone-state]").textContent = box.dataset.uncalled;
    if (!able) { say(box.dataset.unable); return; }
    keep.addEventListener("submit", ask);
    drop.addEventListener("submit", stop);
    try {
      const subscription = Notification.permission === "granted" ? await known() : null;
      state(subscription ? (await send(renew, subscription)).called : false);
    } catch { state(false); }
  }
  if (box) begin();
}
