// An anonymous answer is sent without leaving the page: a lost connection loses no word, a second press sends nothing, and neither code nor
// answer stays in the browser's history. Nothing is kept in the browser's storage. Without this file the forms work by themselves.
(() => {
  const THANKS = 8_000;
  const NOTICE = 20_000;
  const IDLE = 90_000;
  const GRACE = 20;
  const DIGIT_PAUSE = 900;
  let isSending = false;
  let timer;
  let seconds;
  let digit = { text: "", at: 0 };
  const staff = () => document.getElementById("staff");
  const home = () => staff().dataset.home;

  const count = (text) => {
    const line = document.getElementById(`${text.id}-limit`);
    const left = Number(text.dataset.limit) - [...text.value].length;
    line.classList.toggle("is-over", left < 0);
    line.textContent = (left < 0 ? line.dataset.over : line.dataset.left).replace("#", Math.abs(left).toLocaleString(document.documentElement.lang));
  };

  // The ten ratings have a script of their own, which looks for them once.
  const wakeRatings = () => {
    const known = document.querySelector('script[src*="ratings"]');
    if (!staff().querySelector("[data-ratings]")) return;
    const again = document.createElement("script");
    again.src = known.src;
    known.replaceWith(again);
  };

  const swap = (text) => {
    const page = new DOMParser().parseFromString(text, "text/html");
    const next = page.getElementById("staff");
    if (!next) throw new Error("not our page");
    staff().replaceWith(next);
    document.title = page.title;
    document.documentElement.lang = page.documentElement.lang;
    const wrong = next.querySelector(".wrong:not([hidden])");
    if (wrong) wrong.scrollIntoView({ block: "center" });
    else scrollTo(0, 0);
    wakeRatings();
    begin();
  };

  const post = async (form) => {
    const options = { method: "POST", credentials: "omit", body: new URLSearchParams(new FormData(form)), signal: AbortSignal.timeout?.(20_000) };
    const response = await fetch(location.pathname, options);
    if (response.redirected) return location.replace(response.url);
    const text = await response.text();
    const hasWords = form.id === "answer"; // typed words stay; a code alone gives way to what the page says
    if (response.status >= 500 && hasWords && !text.includes('id="answer"')) throw new Error("not taken");
    return swap(text);
  };

  const send = async (form) => {
    if (isSending) return;
    isSending = true;
    const failed = form.querySelector("[data-failed]");
    failed.hidden = true;
    form.setAttribute("aria-busy", "true");
    try {
      await post(form);
    } catch {
      failed.hidden = false;
      failed.scrollIntoView({ block: "center" });
    }
    form.removeAttribute("aria-busy");
    isSending = false;
  };

  // On a shared tablet whoever walks away leaves nothing behind.
  const leave = () => location.replace(home());

  const warn = () => {
    const box = staff().querySelector(".idle");
    if (seconds <= 0) return leave();
    if (seconds === GRACE || seconds <= 5) box.querySelector("[data-idle]").textContent = box.querySelector("[data-idle]").dataset.idle.replace("#", seconds);
    box.hidden = false;
    seconds -= 1;
    timer = setTimeout(warn, 1000);
  };

  const touched = () => {
    if (!home()) return;
    clearTimeout(timer);
    seconds = GRACE;
    staff().querySelector(".idle").hidden = true;
    const { leave: step } = staff().dataset;
    if (step === "thanks" || step === "notice") timer = setTimeout(leave, step === "thanks" ? THANKS : NOTICE);
    else if (step === "survey" || staff().querySelector("[name=code]").value) timer = setTimeout(warn, IDLE);
  };

  const press = (event) => {
    const scale = event.target.closest?.("[data-digits]");
    if (!scale || event.ctrlKey || event.altKey || event.metaKey || !/^\d$/.test(event.key)) return;
    event.preventDefault();
    const isTen = digit.text === "1" && event.key === "0" && event.timeStamp - digit.at < DIGIT_PAUSE;
    digit = { text: event.key, at: event.timeStamp };
    const radio = scale.querySelector(`[value="${isTen ? 10 : event.key}"]`);
    radio.checked = true;
    radio.focus();
  };

  const begin = () => {
    for (const text of staff().querySelectorAll("[data-limit]")) count(text);
    touched();
  };

  // The code on a card may come in the address, after #, which no server sees; it goes out of sight at once.
  const takeCode = () => {
    const code = decodeURIComponent(location.hash.slice(1));
    const form = document.getElementById("enter");
    if (!code || !form) return;
    history.replaceState(null, "", location.pathname);
    form.elements.code.value = code;
    form.requestSubmit();
  };

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-send]")) return;
    event.preventDefault();
    send(event.target);
  });
  document.addEventListener("input", (event) => event.target.dataset.limit && count(event.target));
  document.addEventListener("keydown", press);
  for (const name of ["pointerdown", "keydown", "input", "scroll"]) addEventListener(name, touched, { passive: true });
  addEventListener("hashchange", takeCode);
  addEventListener("pageshow", ({ persisted }) => persisted && home() && leave());
  begin();
  takeCode();
})();
