// Ten ratings: a digit chooses in the line where the focus is and goes on to the next; how many are done is said. Nothing is kept.
(() => {
  const box = document.querySelector("[data-ratings]");
  if (!box) return;
  const lines = [...box.querySelectorAll("fieldset")];
  const status = box.querySelector("[data-rated]");

  const count = () => {
    const done = lines.filter((line) => line.querySelector(":checked")).length;
    status.hidden = false;
    status.textContent = status.dataset.rated.replace("#", done);
  };

  const focusOn = (line) => {
    (line.querySelector(":checked") ?? line.querySelector("input")).focus({ preventScroll: true });
    line.scrollIntoView({ block: "center" });
  };

  box.addEventListener("change", count);
  box.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || !/^\d$/.test(event.key)) return;
    const line = event.target.closest("fieldset");
    const radio = line?.querySelector(`[value="${event.key === "0" ? 10 : event.key}"]`);
    if (!radio) return;
    event.preventDefault();
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
    const next = lines[lines.indexOf(line) + 1];
    if (next) focusOn(next);
    else radio.focus();
  });
  count();
})();
