// A television in the office: asks for the number again and again. A lost connection, a restart of the server or the page of a hotel's Wi-Fi
// leave the last number where it is; a new version of the page is taken by a reload.
const EVERY = 300_000;
const RETRY = 20_000;
const QUIET = 900_000;
const main = document.getElementById("screen");
const lost = document.getElementById("screen-lost");
let seen = new Date();
let timer;

const show = async (response) => {
  const version = response.headers.get("X-Mayak-Screen");
  if (!version) return false; // not Mayak's own word
  if (version !== main.dataset.version) location.reload();
  if (!response.ok && response.status !== 404 && response.status !== 410) return false;
  main.innerHTML = await response.text();
  return true;
};

const ask = async () => {
  clearTimeout(timer);
  let isFresh = false;
  try {
    const options = { method: "POST", credentials: "omit", referrerPolicy: "no-referrer", signal: AbortSignal.timeout?.(20_000) };
    isFresh = await show(await fetch(main.dataset.now, options));
  } catch {
    // no connection
  }
  if (isFresh) seen = new Date();
  lost.hidden = Date.now() - seen < QUIET;
  if (!lost.hidden) lost.textContent = `${lost.dataset.words} ${seen.toLocaleString(document.documentElement.lang, { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" })}`;
  timer = setTimeout(ask, isFresh ? EVERY : RETRY);
};

const stayAwake = () => {
  if (document.visibilityState === "visible") navigator.wakeLock?.request("screen").catch(() => {});
};

addEventListener("online", ask);
document.addEventListener("visibilitychange", stayAwake);
stayAwake();
timer = setTimeout(ask, EVERY);
