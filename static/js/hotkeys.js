// Keyboard shortcuts. They never act while somebody types, with Ctrl, Alt or Meta held, or when switched off on this device.
(() => {
  const dialog = document.getElementById("hotkeys");
  if (!dialog) return;
  const toggle = dialog.querySelector("[data-hotkeys-switch]");
  const store = (value) => { try { localStorage.setItem("mayak-hotkeys", value); } catch { /* private mode */ } };
  const isOn = () => { try { return localStorage.getItem("mayak-hotkeys") !== "off"; } catch { return true; } };
  for (const own of document.querySelectorAll("#page-hotkeys, template[data-hotkeys]")) {
    dialog.querySelector(".mk-keys").prepend(own.content.cloneNode(true));
  }
  toggle.checked = isOn();
  toggle.addEventListener("change", () => store(toggle.checked ? "on" : "off"));
  addEventListener("click", (event) => {
    if (event.target.closest("[data-hotkeys-open]")) dialog.showModal();
    else if (event.target === dialog) dialog.close();
  });

  const typing = (target) => target.closest("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");
  const rows = () => [...document.querySelectorAll("[data-row]")].filter((row) => row.offsetParent !== null);
  const move = (step) => {
    const all = rows();
    if (!all.length) return false;
    const current = all.findIndex((row) => row.contains(document.activeElement));
    const next = all[Math.min(Math.max(current + step, 0), all.length - 1)];
    const target = next.matches("a, button, [tabindex]") ? next : next.querySelector("a, button, input, [tabindex]") || next;
    if (target === next && !next.hasAttribute("tabindex")) next.tabIndex = -1;
    target.focus();
    next.scrollIntoView({ block: "nearest" });
    return true;
  };

  // The same key on a Russian keyboard: event.code names the place, not the letter.
  const letter = (event) => (event.code.startsWith("Key") ? event.code.slice(3).toLowerCase() : event.key);
  let waitsForPage = 0;
  const go = (key) => {
    const link = dialog.querySelector(`[data-go="${CSS.escape(key)}"]`);
    if (link) location.assign(link.href);
    return Boolean(link);
  };
  const act = (event) => {
    const key = letter(event);
    if (Date.now() - waitsForPage < 1500) { waitsForPage = 0; return go(key); }
    if (event.key === "?" || (event.shiftKey && event.code === "Slash")) { dialog.showModal(); return true; }
    if (event.shiftKey) return false;
    if (key === "g") { waitsForPage = Date.now(); return true; }
    if (key === "j") return move(1);
    if (key === "k") return move(-1);
    if (event.code === "Slash") {
      const search = document.querySelector("[type=search], [data-search]");
      search?.focus();
      return Boolean(search);
    }
    return false;
  };
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented || dialog.open) return;
    if (typing(event.target) || !isOn()) return;
    if (act(event)) event.preventDefault();
  });
})();
