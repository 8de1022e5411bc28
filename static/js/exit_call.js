// The page of one call: keeps what is typed, proposes dates, follows the script. Everything also works without it.
(() => {
  const form = document.getElementById("outcome");

  // ---- copies of what is typed, one for each call, which live on this device
  const SENT = "mayak-call-sent";
  const quietly = (act) => { try { return act(); } catch { return null; /* private mode, or no room */ } };
  const copies = {
    keep: (key, rows) => quietly(() => localStorage.setItem(key, JSON.stringify(rows))),
    read: (key) => quietly(() => JSON.parse(localStorage.getItem(key))),
    drop: (key) => quietly(() => localStorage.removeItem(key)),
    others: (start, own) => quietly(() => Object.keys(localStorage).filter((key) => key.startsWith(start) && key !== own)) || [],
    markSent: (key) => quietly(() => sessionStorage.setItem(SENT, key)),
  };
  const sentKey = quietly(() => sessionStorage.getItem(SENT));
  quietly(() => sessionStorage.removeItem(SENT));
  const isBack = form && sentKey && sentKey.startsWith(form.dataset.deviceKey);
  // After a saved call comes another leaver or the empty queue. The same leaver again means that it was not saved.
  if (sentKey && !isBack) copies.drop(sentKey);

  if (!form) return;
  const field = (name) => form.elements.namedItem(name);

  // ---- nothing typed is lost: sent to the server as a draft, and kept on this device for as long as the server has not got it
  const status = document.getElementById("saved");
  const PAUSE = 700;
  const SETTLED = 3000;
  const copyKey = form.dataset.deviceKey + field("attempt").value;
  let timer;
  let isSending = false;
  let isDirty = false;
  let isLeaving = false;
  const say = (key) => { status.textContent = status.dataset[key]; };
  const typed = () => [...new FormData(form)].filter(([name]) => !["csrfmiddlewaretoken", "request_key", "attempt"].includes(name));
  const later = (seconds) => { timer = setTimeout(send, seconds * 1000); };
  const send = async () => {
    clearTimeout(timer);
    if (isSending || !isDirty || isLeaving) return;
    isSending = true;
    isDirty = false;
    try {
      const answer = await fetch(form.dataset.draftUrl, { method: "POST", body: new FormData(form), keepalive: true, redirect: "manual" });
      if (answer.status === 204) {
        // Not at once: a page that is being reloaded may have been drawn before this draft arrived, and needs the copy.
        setTimeout(() => { if (!isDirty) copies.drop(copyKey); }, SETTLED);
        say("kept");
      } else say([409, 422].includes(answer.status) ? "refused" : "signedout");
    } catch {
      isDirty = true;
      say("device");
      later(5);
    }
    isSending = false;
    if (isDirty && status.textContent !== status.dataset.device) send();
  };
  const changed = (event) => {
    if (event.target.form !== form) return;
    isDirty = true;
    copies.keep(copyKey, typed());
    clearTimeout(timer);
    timer = setTimeout(send, PAUSE);
  };
  document.addEventListener("input", changed);
  document.addEventListener("change", changed);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") send(); });
  addEventListener("pagehide", send);
  addEventListener("online", () => { if (isDirty) send(); });
  form.addEventListener("submit", () => {
    isLeaving = true;
    clearTimeout(timer);
    copies.keep(copyKey, typed());
    copies.markSent(copyKey);
  });

  // ---- a copy the server never got comes back; words of an earlier attempt are offered
  const fillIn = (rows) => {
    const wanted = new Map();
    for (const [name, text] of rows) wanted.set(name, [...(wanted.get(name) || []), text]);
    for (const each of form.elements) {
      if (!each.name || each.type === "hidden") continue;
      const texts = wanted.get(each.name) || [];
      if (each.type === "checkbox" || each.type === "radio") each.checked = texts.includes(each.value);
      else if (each.tagName !== "BUTTON") each.value = texts[0] ?? "";
    }
  };
  const kept = copies.read(copyKey);
  if (kept && !form.querySelector("[role=alert]")) {
    fillIn(kept);
    isDirty = true;
    say("restored");
    later(1);
  }
  const behind = document.getElementById("left-behind");
  const lostKey = copies.others(form.dataset.deviceKey, copyKey)[0];
  const lostWords = lostKey && copies.read(lostKey)?.find(([name, text]) => name === "words" && text)?.[1];
  const isSaved = lostWords && document.querySelector(".past")?.textContent.includes(lostWords);
  if (lostKey && (isSaved || !lostWords)) copies.drop(lostKey);
  if (lostWords && !isSaved) {
    const words = field("words");
    behind.hidden = words.value.includes(lostWords);
    const close = () => { copies.drop(lostKey); behind.hidden = true; words.focus(); };
    behind.querySelector("[data-drop]").addEventListener("click", close);
    behind.querySelector("[data-take]").addEventListener("click", () => {
      words.value = [words.value, lostWords].filter(Boolean).join("\n");
      words.dispatchEvent(new Event("input", { bubbles: true }));
      close();
    });
  }

  // ---- the next date follows the outcome until somebody chooses it
  const next = field("next_call_on");
  const inDays = (count) => {
    const day = new Date(`${form.dataset.today}T12:00:00Z`);
    day.setUTCDate(day.getUTCDate() + Number(count));
    return day.toISOString().slice(0, 10);
  };
  const pauses = form.querySelectorAll("[name=next_in]");
  const clearPauses = () => pauses.forEach((radio) => { radio.checked = false; });
  let isChosen = Boolean(next.value);
  const hour = field("next_call_at");
  let isHourChosen = Boolean(hour.value);
  hour.addEventListener("input", () => { isHourChosen = true; });
  pauses.forEach((radio) => radio.addEventListener("change", () => { next.value = inDays(radio.value); isChosen = true; }));
  next.addEventListener("input", () => { clearPauses(); isChosen = true; });
  const propose = () => {
    if (isChosen) return;
    const isTalk = form.querySelector("[name=outcome]:checked")?.value === "talked";
    clearPauses();
    if (isTalk) pauses[0].checked = true;
    next.value = isTalk ? inDays(pauses[0].value) : form.dataset.proposed;
    if (!isHourChosen) hour.value = isTalk ? "" : form.dataset.proposedAt;
  };
  form.querySelectorAll("[name=outcome]").forEach((radio) => radio.addEventListener("change", propose));
  propose();

  // ---- within our power, unless the caller says otherwise, is what the marked reasons say
  const powers = form.querySelectorAll("[name=is_within_power]");
  let isJudged = [...powers].some((radio) => radio.checked);
  powers.forEach((radio) => radio.addEventListener("change", () => { isJudged = true; }));
  form.querySelectorAll("[name=reasons]").forEach((box) => box.addEventListener("change", () => {
    if (isJudged) return;
    const marked = [...form.querySelectorAll("[name=reasons]:checked")];
    const isOurs = marked.some((each) => each.dataset.power === "yes");
    powers.forEach((radio) => { radio.checked = marked.length > 0 && radio.value === (isOurs ? "yes" : "no"); });
  }));

  // ---- a reason is found by typing
  const search = document.getElementById("reason-search");
  const tree = document.getElementById("reason-tree");
  const groups = [...tree.querySelectorAll("details")].map((group) => [group, group.open]);
  const plain = (text) => text.toLowerCase().replaceAll("ё", "е");
  const find = () => {
    const wanted = plain(search.value.trim());
    let found = 0;
    for (const [group, wasOpen] of groups) {
      const rows = [...group.querySelectorAll(".sub")];
      for (const row of rows) row.hidden = Boolean(wanted) && !plain(row.textContent).includes(wanted);
      const shown = rows.filter((row) => !row.hidden).length;
      found += shown;
      group.hidden = shown === 0;
      group.open = wanted ? shown > 0 : wasOpen || rows.some((row) => row.querySelector(":checked"));
    }
    document.getElementById("reason-none").hidden = found > 0;
  };
  search.hidden = groups.length === 0;
  search.addEventListener("input", find);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { search.value = ""; find(); }
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const first = [...tree.querySelectorAll(".sub")].find((row) => !row.hidden && row.offsetParent);
    if (search.value.trim() && first) { first.querySelector("input").click(); search.select(); }
  });

  // ---- how far the script is
  const counter = document.getElementById("steps-done");
  document.querySelectorAll("[name=steps_done]").forEach((box, _index, all) => box.addEventListener("change", () => {
    counter.textContent = [...all].filter((each) => each.checked).length;
  }));

  // ---- keys: Ctrl+Enter saves from anywhere in the form; 1, 2, 3 say how the call ended, W words, R reasons, S ticks the next step
  const ended = [...form.querySelectorAll("[name=outcome]")];
  const nextStep = () => [...document.querySelectorAll("[name=steps_done]")].find((box) => !box.checked && !box.disabled);
  const keys = {
    Digit1: () => ended[0]?.click(),
    Digit2: () => ended[1]?.click(),
    Digit3: () => ended[2]?.click(),
    KeyW: () => field("words").focus(),
    KeyR: () => (search.hidden ? tree.querySelector("summary, input") : search)?.focus(),
    KeyS: () => nextStep()?.click(),
  };
  const isTyping = (target) => target.closest("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");
  const isOff = () => quietly(() => localStorage.getItem("mayak-hotkeys") === "off");
  let wentAt = 0;
  addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.form === form) {
      event.preventDefault();
      form.requestSubmit(form.querySelector(".btn-beam"));
      return;
    }
    const isSecond = Date.now() - wentAt < 1500; // after G the letter names a page, see hotkeys.js
    wentAt = event.code === "KeyG" ? Date.now() : 0;
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || event.defaultPrevented || isSecond) return;
    if (!keys[event.code] || isTyping(event.target) || isOff() || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    keys[event.code]();
  });
})();
