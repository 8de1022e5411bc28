// The editor of the script: a placeholder goes where the cursor was last. Without this script it is typed by hand.
(() => {
  const fields = () => [...document.querySelectorAll("input[name$=-title], textarea[name$=-say]")];
  let last = null;
  document.addEventListener("focusin", (event) => { if (fields().includes(event.target)) last = event.target; });
  document.querySelectorAll("[data-insert]").forEach((chip) => chip.addEventListener("click", () => {
    const field = last?.isConnected ? last : fields().find((each) => each.tagName === "TEXTAREA");
    if (!field) return;
    field.setRangeText(chip.dataset.insert, field.selectionStart, field.selectionEnd, "end");
    field.focus();
  }));
})();
