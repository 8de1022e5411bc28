// The editor of a letter: places are put in by a press, the preview follows the typing.
(() => {
  const form = document.querySelector("[data-letter]");
  const look = form?.querySelector("[data-look]");
  if (!look) return;
  const PAUSE = 600;
  let field = form.elements.text;
  let timer;

  // A fresh frame has no history of its own, so the Back button still leaves the page.
  const refresh = () => {
    const frame = document.querySelector(`iframe[name="${look.formTarget}"]`);
    const fresh = frame.cloneNode();
    fresh.removeAttribute("src");
    frame.replaceWith(fresh);
    form.requestSubmit(look);
  };
  form.addEventListener("focusin", (event) => {
    if (["subject", "text"].includes(event.target.name)) field = event.target;
  });
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(refresh, PAUSE);
  });
  form.addEventListener("click", (event) => {
    const place = event.target.closest("[data-insert]");
    if (!place) return;
    field.setRangeText(place.dataset.insert, field.selectionStart, field.selectionEnd, "end");
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
})();
