// The queue from the keyboard, and saying who is on the phone. Everything also works without it.
(() => {
  const said = document.getElementById("q-said");
  const say = (key) => { if (said) said.textContent = said.dataset[key]; };
  const isOn = () => { try { return localStorage.getItem("mayak-hotkeys") !== "off"; } catch { return true; } };
  const typing = (target) => target.closest("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");
  const phone = () => document.querySelector(".ws a[href^='tel:'], .day a[href^='tel:']");

  // ---- whoever dials is on the phone: nobody else takes the call meanwhile
  addEventListener("click", (event) => {
    if (event.target.closest("a[href^='tel:']")) document.getElementById("rule")?.dispatchEvent(new Event("dial"));
  });

  // ---- arrows move in the list once the focus is there
  const list = document.querySelector(".q");
  const rows = () => [...list.querySelectorAll("[data-row]")].filter((row) => row.offsetParent !== null);
  list?.addEventListener("keydown", (event) => {
    if (!["ArrowDown", "ArrowUp"].includes(event.key) || event.target.closest("select")) return;
    const all = rows();
    const now = all.indexOf(event.target.closest("[data-row]"));
    const next = all[Math.min(Math.max(now + (event.key === "ArrowDown" ? 1 : -1), 0), all.length - 1)];
    if (!next) return;
    next.focus();
    next.scrollIntoView({ block: "nearest" });
    event.preventDefault();
  });

  // ---- C: on a phone the call, elsewhere the number in the clipboard
  const call = async () => {
    const link = phone();
    if (!link) { say("none"); return; }
    if (matchMedia("(pointer: coarse)").matches) { link.click(); return; }
    try {
      await navigator.clipboard.writeText(link.getAttribute("href").slice(4));
      say("copied");
      link.classList.add("is-copied");
      setTimeout(() => link.classList.remove("is-copied"), 1500);
    } catch { say("failed"); }
  };
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
    if (event.code !== "KeyC" || typing(event.target) || document.getElementById("hotkeys")?.open || !isOn()) return;
    call();
    event.preventDefault();
  });
})();
