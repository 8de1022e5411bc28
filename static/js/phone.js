// The stopwatch of a mystery call: it fills in the seconds, the tries and whether somebody answered. Everything can be typed too.
(() => {
  const form = document.getElementById("phone-call");
  const watch = form?.querySelector("[data-watch]");
  if (!watch) return;
  const $ = (selector) => watch.querySelector(selector);
  const [start, answer, miss, time, said] = ["[data-start]", "[data-answer]", "[data-miss]", "[data-time]", "[data-said]"].map($);
  const seconds = form.elements.seconds;
  const KEEP = "mayak-phone-watch";
  const LONGEST = 3600;
  let began = 0;
  let tries = 0;
  let ticking = 0;

  // ---- a phone may drop the page while the call is on: the watch goes on from what is kept for the tab
  const keep = () => { try { sessionStorage.setItem(KEEP, JSON.stringify({ began, tries })); } catch { /* private mode */ } };
  const forget = () => { try { sessionStorage.removeItem(KEEP); } catch { /* private mode */ } };
  const kept = () => { try { return JSON.parse(sessionStorage.getItem(KEEP)); } catch { return null; } };

  const passed = () => Math.max(0, Math.round((Date.now() - began) / 1000));
  const show = (number) => { time.textContent = `${Math.floor(number / 60)}:${String(number % 60).padStart(2, "0")}`; };
  const choose = (name, value) => {
    const radio = form.querySelector(`[name=${name}][value="${value}"]`);
    if (radio) radio.checked = true;
  };
  const buttons = (isRinging) => {
    start.hidden = isRinging;
    answer.hidden = miss.hidden = !isRinging;
  };
  const run = () => {
    buttons(true);
    said.textContent = watch.dataset.trying;
    clearInterval(ticking);
    ticking = setInterval(() => show(passed()), 250);
  };
  const stop = (isReached, words) => {
    const rang = Math.min(passed(), LONGEST);
    clearInterval(ticking);
    buttons(false);
    show(rang);
    forget();
    began = 0;
    said.textContent = words;
    choose("is_reached", isReached ? "yes" : "no");
    choose("attempts", tries);
    if (isReached) seconds.value = rang;
  };

  start.addEventListener("click", () => { began = Date.now(); tries += 1; keep(); show(0); run(); answer.focus(); });
  answer.addEventListener("click", () => {
    stop(true, watch.dataset.answered);
    form.querySelector("[name=is_helped_at_once]").focus();
  });
  miss.addEventListener("click", () => { stop(false, watch.dataset.missed); start.focus(); });

  const before = kept();
  if (before?.began && (Date.now() - before.began) / 1000 < LONGEST) {
    ({ began, tries } = before);
    run();
  } else forget();

  // ---- keys: they press the buttons that are on the screen
  const dialog = document.getElementById("hotkeys");
  const isOn = () => { try { return localStorage.getItem("mayak-hotkeys") !== "off"; } catch { return true; } };
  let leaving = 0; // after G the next key names a page
  addEventListener("keydown", (event) => {
    const named = Date.now() - leaving < 1500;
    leaving = event.code === "KeyG" ? Date.now() : 0;
    if (named || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || event.repeat || dialog?.open || !isOn()) return;
    if (event.target.closest("input:not([type=radio]), textarea, select, [contenteditable]")) return;
    const button = event.code === "KeyS" ? [start, answer].find((one) => !one.hidden) : event.code === "KeyN" ? miss : null;
    if (!button || button.hidden) return;
    event.preventDefault();
    button.click();
  });
})();
