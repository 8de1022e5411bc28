// One call: digits choose the score, what is typed survives a closed tab. Everything also works without it.
(() => {
  const AGE = 3 * 24 * 3600 * 1000;
  const PREFIX = "mayak-interview-";
  const store = (() => { try { return localStorage; } catch { return null; } })();
  const read = (key) => { try { return JSON.parse(store.getItem(key)); } catch { return null; } };
  const drop = (key) => { try { store.removeItem(key); } catch { /* private mode */ } };

  // ---- what was saved on the server, and what is old, is forgotten here
  const page = document.querySelector("[data-interviews]");
  if (!page) return;
  if (page.dataset.saved) drop(PREFIX + page.dataset.saved);
  if (store) Object.keys(store).filter((key) => key.startsWith(PREFIX) && !(read(key)?.at > Date.now() - AGE)).forEach(drop);

  const form = document.getElementById("interview");
  if (!form) return;
  const key = PREFIX + form.dataset.key;
  const status = document.getElementById("kept");
  const radios = [...form.querySelectorAll("[name=score]")];
  const texts = [...form.querySelectorAll("textarea")];
  const ticks = [...form.querySelectorAll("[type=checkbox]")];

  // ---- nothing typed is lost
  const keep = () => {
    const draft = { at: Date.now(), score: form.querySelector("[name=score]:checked")?.value ?? "" };
    texts.forEach((field) => { draft[field.name] = field.value; });
    ticks.forEach((field) => { draft[field.name] = field.checked; });
    try { store.setItem(key, JSON.stringify(draft)); status.textContent = status.dataset.kept; } catch { /* private mode */ }
  };
  const draft = store && "fresh" in form.dataset ? read(key) : null;
  if (draft) {
    radios.forEach((radio) => { radio.checked = radio.value === draft.score; });
    texts.forEach((field) => { field.value = draft[field.name] ?? ""; });
    ticks.forEach((field) => { field.checked = Boolean(draft[field.name]); });
    status.textContent = status.dataset.restored;
  }
  form.addEventListener("input", keep);
  form.addEventListener("change", keep);

  // ---- 0 to 9 choose the score, 1 and 0 in a row make 10
  let lastOne = 0;
  const choose = (score) => {
    const radio = radios[score];
    radio.checked = true;
    radio.focus();
    radio.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const isTyping = (target) => target.closest("textarea, select, input:not([type=radio], [type=checkbox])");
  const isOn = () => { try { return store.getItem("mayak-hotkeys") !== "off"; } catch { return true; } };
  addEventListener("keydown", (event) => {
    if (event.ctrlKey && event.key === "Enter") { form.requestSubmit(); return; }
    if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target) || !isOn() || !/^\d$/.test(event.key)) return;
    const isTen = event.key === "0" && Date.now() - lastOne < 900;
    lastOne = event.key === "1" ? Date.now() : 0;
    choose(isTen ? 10 : Number(event.key));
    event.preventDefault();
  });
})();
