// Sorting comments from the keyboard. Every key presses a button that is on the screen; keys are off when switched off on this device.
(() => {
  const list = document.getElementById("triage");
  const dialog = document.getElementById("hotkeys");
  if (!list) return;
  const isOn = () => { try { return localStorage.getItem("mayak-hotkeys") !== "off"; } catch { return true; } };
  const rows = () => [...list.querySelectorAll("[data-row]")];
  const open = () => rows().filter((row) => !row.matches(".is-done, .is-waiting"));
  const sorted = [];
  let awaited = "";

  const choose = (row) => {
    for (const other of rows()) other.classList.toggle("is-on", other === row);
  };
  const current = () => list.querySelector("[data-row].is-on:not(.is-done)") || open()[0];
  const focus = (row) => {
    const target = row || document.getElementById("triage-next");
    if (!target) return;
    target.focus({ preventScroll: true });
    target.scrollIntoView({ block: "nearest" });
  };
  const nextAfter = (row) => {
    const all = rows();
    const later = all.slice(all.indexOf(row) + 1).find((one) => !one.matches(".is-done, .is-waiting"));
    return later || open().find((one) => one !== row);
  };
  list.addEventListener("focusin", (event) => choose(event.target.closest("[data-row]")));
  choose(open()[0]);

  // ---- each step: focus moves on at once, the row is swapped when the server has answered
  list.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.target.closest("[data-step]");
    const row = event.target.closest("[data-row]");
    if (!form || !row) return;
    if (form.dataset.step === "sort") {
      row.classList.add("is-waiting");
      sorted.push(row.id);
      focus(nextAfter(row));
    } else {
      awaited = row.id;
    }
  });
  document.addEventListener("htmx:afterSettle", () => {
    const row = awaited && document.getElementById(awaited);
    if (!row) return;
    awaited = "";
    focus(row);
  });
  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    document.addEventListener(name, (event) => event.target.closest?.("[data-row]")?.classList.remove("is-waiting"));
  }

  // ---- keys
  const undo = () => {
    while (sorted.length) {
      const button = document.getElementById(sorted.pop())?.querySelector("[data-key=u]");
      if (button) { button.click(); return true; }
    }
    const shown = list.querySelector("[data-key=u]");
    shown?.click();
    return Boolean(shown);
  };
  const say = (text) => dispatchEvent(new CustomEvent("toast", { detail: { text, level: "info" } }));
  const press = (key) => {
    if (key === "u") return undo();
    const row = current();
    const button = row?.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!button && key === "r" && row) say(row.querySelector("[data-no-reply]").textContent);
    if (!button) return false;
    button.click();
    if (key === "t") button.parentElement.querySelector("[name=name]").focus();
    return true;
  };
  const keyOf = (event) => event.code.match(/^(?:Digit|Numpad)([1-6])$/)?.[1] || event.code.match(/^Key([ARTU])$/)?.[1].toLowerCase();
  let leaving = 0; // after G the next key names a page
  addEventListener("keydown", (event) => {
    const named = Date.now() - leaving < 1500;
    leaving = event.code === "KeyG" ? Date.now() : 0;
    if (named || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || event.repeat || dialog?.open || !isOn()) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const key = keyOf(event);
    if (key && press(key)) event.preventDefault();
  }, true);
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const adding = event.target.closest?.(".tri-add");
    if (!adding) return;
    adding.open = false;
    focus(adding.closest("[data-row]"));
  });
})();
