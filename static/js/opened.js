// Tells that a person has the page before their eyes: a second of a visible page. Opening the address alone tells nothing.
const { opened } = document.currentScript.dataset;
const tell = () => document.visibilityState === "visible" && navigator.sendBeacon(opened);
setTimeout(() => {
  if (document.visibilityState === "visible") tell();
  else document.addEventListener("visibilitychange", tell, { once: true });
}, 1000);
