// The page of one call: keeps what is typed, proposes dates, follows the script. Everything also works without it.
(() => {
  const form = document.getElementById("outcome");
  if (!form) return;
  const field = (name) => form.elements.namedItem(name);
  const status = document.getElementById("saved");
  const PAUSE = 700;

  // ---- nothing typed is lost
  let timer;
  let isSending = false;
  let isDirty = false;
  let isLeaving = false;
  const say = (key) => { status.textContent = status.dataset[key]; };
  const send = async () => {
    clearTimeout(timer);
    if (isSending || !isDirty || isLeaving) return;
    isSending = true;
    isDirty = false;
    try {
      const answer = await fetch(form.dataset.draftUrl, { method: "POST", body: new FormData(form), keepalive: true });
      say(answer.status === 204 ? "kept" : "refused");
    } catch {
      isDirty = true;
      say("failed");
      timer = setTimeout(send, 5000);
    }
    isSending = false;
    if (isDirty && status.textContent !== status.dataset.failed) send();
  };
  const changed = (event) => {
    if (event.target.form !== form) return;
    isDirty = true;
    clearTimeout(timer);
    timer = setTimeout(send, PAUSE);
  };
  document.addEventListener("input", changed);
  document.addEventListener("change", changed);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") send(); });
  addEventListener("pagehide", send);
  form.addEventListener("submit", () => { isLeaving = true; clearTimeout(timer); });

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
  pauses.forEach((radio) => radio.addEventListener("change", () => { next.value = inDays(radio.value); isChosen = true; }));
  next.addEventListener("input", () => { clearPauses(); isChosen = true; });
  const propose = () => {
    if (isChosen) return;
    const isTalk = form.querySelector("[name=outcome]:checked")?.value === "talked";
    clearPauses();
    if (isTalk) pauses[0].checked = true;
    next.value = isTalk ? inDays(pauses[0].value) : form.dataset.proposed;
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

  // ---- how far the script is
  const counter = document.getElementById("steps-done");
  document.querySelectorAll("[name=steps_done]").forEach((box, _index, all) => box.addEventListener("change", () => {
    counter.textContent = [...all].filter((each) => each.checked).length;
  }));
})();
