// Chooses the theme before anything is drawn, so that nothing flashes. Kept on this device: auto, light or dark.
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const read = () => {
    try { return localStorage.getItem("mayak-theme") || "auto"; } catch { return "auto"; }
  };
  const show = () => {
    const choice = read();
    root.dataset.bsTheme = choice === "auto" ? (system.matches ? "dark" : "light") : choice;
    document.querySelectorAll("[data-theme-set]").forEach((button) => {
      button.setAttribute("aria-pressed", String(button.dataset.themeSet === choice));
    });
  };
  root.dataset.js = "";
  show();
  system.addEventListener("change", show);
  addEventListener("storage", show);
  addEventListener("DOMContentLoaded", show);
  addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-set]");
    if (!button) return;
    try { localStorage.setItem("mayak-theme", button.dataset.themeSet); } catch { /* private mode: for this page only */ }
    show();
  });
})();
