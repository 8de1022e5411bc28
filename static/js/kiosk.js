// A tablet at the till. An answer is kept in the tablet's own storage under a key of its own until Mayak says that this key has arrived:
// a lost connection, a reload or an empty battery lose nothing, and an answer sent twice is one answer.
const THANKS = 8_000;
const IDLE = 40_000;
const RETRY = 15_000;
const form = document.getElementById("answer");
const badge = form.querySelector(".waiting");
const shelf = `kiosk:${location.pathname}`;
const plural = new Intl.PluralRules(document.documentElement.lang);
let kept = [];
let isSending = false;
let isCutOff = false;
let timer;

const read = () => {
  try {
    kept = JSON.parse(localStorage.getItem(shelf)) ?? [];
  } catch {
    // no storage here: the answers wait in memory
  }
  return kept;
};

const write = (entries) => {
  kept = entries;
  try {
    localStorage.setItem(shelf, JSON.stringify(entries));
  } catch {
    // full or forbidden: the same
  }
  const n = entries.length;
  badge.hidden = !(n && isCutOff);
  if (n) badge.textContent = form.dataset[plural.select(n)].replace("#", n);
};

// crypto.randomUUID is missing where the address is plain http.
const newKey = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return [...bytes].map((byte, at) => (/^(4|6|8|10)$/.test(at) ? "-" : "") + byte.toString(16).padStart(2, "0")).join("");
};

// True: this answer needs no further try. Anything but Mayak's own word, such as the page of a hotel's Wi-Fi, means: try later.
const send = async ({ key, at, body }) => {
  const age = Math.max(0, Math.round((Date.now() - at) / 1000));
  const response = await fetch(location.pathname, {
    method: "POST",
    credentials: "omit",
    body: new URLSearchParams({ ...body, key, age }),
    signal: AbortSignal.timeout?.(20_000),
  });
  if (response.status === 422) return true; // refused for good: older than Mayak takes
  if (!response.ok) return false;
  const { saved, stamp } = await response.json();
  if (stamp) form.elements.stamp.value = stamp;
  return saved === key;
};

const flush = async () => {
  if (isSending) return;
  isSending = true;
  try {
    for (let entry; (entry = read()[0]) && (await send(entry)); ) write(read().filter(({ key }) => key !== entry.key));
  } catch {
    // no connection
  }
  isSending = false;
  isCutOff = kept.length > 0;
  write(kept);
};

const score = () => form.elements.score.value;

const keep = () => {
  const { stamp, why, ten, website } = form.elements;
  const body = { stamp: stamp.value, score: score(), why: why.value.trim(), ten: ten.value.trim(), website: website.value };
  write([...read(), { key: newKey(), at: Date.now(), body }]);
  flush();
};

const show = (step) => {
  form.dataset.at = step;
  form.querySelector("[data-said]").textContent = score();
  form.querySelector("[data-thanks]").textContent = step === "thanks" ? form.querySelector("[data-thanks]").dataset.words : "";
  scrollTo(0, 0);
  touched();
};

const begin = () => {
  form.reset();
  document.activeElement?.blur();
  show("score");
};

const finish = () => {
  keep();
  show("thanks");
};

// Whoever walks away in the middle has answered as far as they came: on a tablet people leave without the last press.
const leave = () => {
  if (form.dataset.at !== "thanks" && score()) keep();
  begin();
};

function touched() {
  clearTimeout(timer);
  const isStart = form.dataset.at === "score" && !score();
  if (!isStart) timer = setTimeout(leave, form.dataset.at === "thanks" ? THANKS : IDLE);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  finish();
});
form.addEventListener("click", (event) => {
  if (event.target.name === "score" && event.detail) show("words"); // a tap; arrow keys only choose
  if (event.target.closest("[data-back]")) show("score");
  if (event.target.closest("[data-again]")) begin();
});
form.addEventListener("keydown", (event) => {
  if (event.target.name !== "score" || (event.key !== "Enter" && event.key !== " ") || !score()) return;
  event.preventDefault();
  show("words");
  form.elements.why.focus();
});
for (const name of ["pointerdown", "keydown", "input"]) addEventListener(name, touched);
addEventListener("pagehide", () => form.dataset.at !== "thanks" && score() && keep());
addEventListener("pageshow", ({ persisted }) => persisted && begin());
addEventListener("online", flush);
setInterval(() => read().length && flush(), RETRY);

const stayAwake = () => document.visibilityState === "visible" && navigator.wakeLock?.request("screen").catch(() => {});
document.addEventListener("visibilitychange", stayAwake);
stayAwake();
begin();
flush();
