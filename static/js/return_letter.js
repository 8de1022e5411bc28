// The letter to one Client: Ctrl+Enter saves and goes on; a page left with unsaved words asks first.
(() => {
  const form = document.querySelector("[data-return-letter]");
  if (!form) return;
  let isChanged = false;
  form.addEventListener("input", () => { isChanged = true; });
  form.addEventListener("submit", () => { isChanged = false; });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector("[data-letter-next]"));
  });
  addEventListener("beforeunload", (event) => { if (isChanged) event.preventDefault(); });
})();
