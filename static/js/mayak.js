// Small manners of every page: toasts, busy buttons, popups that close, table twins of charts.
(() => {
  const $ = (selector, from = document) => from.querySelector(selector);
  const TOAST_SECONDS = 6;

  // ---- toasts
  const dismissLater = (toast) => {
    if (toast.dataset.toast === "error") return;
    let timer;
    const start = () => { timer = setTimeout(() => toast.remove(), TOAST_SECONDS * 1000); };
    const stop = () => clearTimeout(timer);
    for (const name of ["mouseenter", "focusin"]) toast.addEventListener(name, stop);
    for (const name of ["mouseleave", "focusout"]) toast.addEventListener(name, start);
    start();
  };
  const addToast = (text, level = "success") => {
    const template = $("#toast-template");
    if (!template) return;
    const toast = template.content.firstElementChild.cloneNode(true);
    toast.dataset.toast = level;
    $("[data-toast-text]", toast).textContent = text;
    $("#toasts").append(toast);
    dismissLater(toast);
  };
  document.querySelectorAll("#toasts [data-toast]").forEach(dismissLater);
  addEventListener("toast", (event) => addToast(event.detail.text, event.detail.level));

  // ---- tabs wider than a phone begin with the room we are in
  document.querySelectorAll(":is(.mk-tabs, .mk-rooms) > [aria-current]").forEach((tab) => {
    tab.parentElement.scrollLeft = tab.offsetLeft - tab.parentElement.offsetLeft - 32;
  });

  // ---- HTMX: a failed request says so, focus survives a swap
  const failed = () => addToast($("#toasts").dataset.failed, "error");
  addEventListener("htmx:sendError", failed);
  addEventListener("htmx:timeout", failed);
  addEventListener("htmx:responseError", (event) => {
    if ([401, 403].includes(event.detail.xhr.status)) location.reload();
    else failed();
  });

  // ---- a button that was pressed keeps its width, shows a spinner and the verb in progress
  const rest = (button) => {
    if (!("label" in button.dataset)) return;
    button.innerHTML = button.dataset.label;
    button.removeAttribute("aria-disabled");
    delete button.dataset.label;
  };
  addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button || !button.dataset.busy || event.defaultPrevented) return;
    if (button.getAttribute("aria-disabled") === "true") { event.preventDefault(); return; }
    button.dataset.label = button.innerHTML;
    button.style.setProperty("min-width", `${button.offsetWidth}px`);
    const spinner = document.createElement("span");
    spinner.className = "spinner-border spinner-border-sm";
    spinner.setAttribute("aria-hidden", "true");
    button.replaceChildren(spinner, button.dataset.busy);
    button.setAttribute("aria-disabled", "true");
  });
  const restAll = () => document.querySelectorAll("[data-busy][data-label]").forEach(rest);
  addEventListener("pageshow", restAll);
  addEventListener("htmx:afterRequest", restAll);

  // ---- clicks
  addEventListener("click", (event) => {
    const close = event.target.closest("[data-toast-close]");
    if (close) close.closest("[data-toast]").remove();
    document.querySelectorAll("details[data-popup][open]").forEach((popup) => {
      if (!popup.contains(event.target)) popup.open = false;
    });
    const copy = event.target.closest("button[data-copy]");
    if (copy) navigator.clipboard?.writeText(copy.dataset.copy).then(() => addToast(copy.dataset.copied || "✓"));
    const print = event.target.closest("[data-print]");
    if (print) window.print();
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details[data-popup][open]").forEach((popup) => {
      popup.open = false;
      $("summary", popup).focus();
    });
  });

  // ---- a select or a segment with data-submit sends its form at once (the form keeps a button for those without JavaScript)
  addEventListener("change", (event) => {
    if (event.target.closest("[data-submit]")) event.target.form?.requestSubmit();
  });
})();
