// A long list of ticks gets a line to search in; what is ticked stays in sight. Without this script the list is whole.
(() => {
  const FEW = 12;
  for (const search of document.querySelectorAll("[data-find-ticks]")) {
    const labels = [...search.parentElement.querySelectorAll("label")].filter((label) => label.querySelector("[type=checkbox]"));
    const heads = [...search.parentElement.querySelectorAll("h3")];
    search.hidden = labels.length <= FEW;
    search.addEventListener("input", () => {
      const wanted = search.value.trim().toLocaleLowerCase();
      for (const label of labels) {
        label.hidden = !label.textContent.toLocaleLowerCase().includes(wanted) && !label.querySelector(":checked");
      }
      for (const head of heads) head.hidden = !head.nextElementSibling.querySelector("label:not([hidden])");
    });
    // Enter would send the whole form.
    search.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  }
})();
