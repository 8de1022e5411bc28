// The board of actions: dragging a card and Alt with an arrow press the button of its menu; that is all this file does.
(() => {
  const columns = () => [...document.querySelectorAll("[data-board] [data-column]")];
  let lifted = null; // the card being dragged
  let moved = ""; // the card that gets the focus back after the swap

  const send = (card, state) => {
    const way = card.querySelector(`[data-to="${CSS.escape(state)}"]`);
    if (!way) return;
    moved = card.id;
    way.click();
  };

  // ---- dragging
  addEventListener("dragstart", (event) => {
    const card = event.target.closest?.("[data-card]");
    if (!card) return;
    lifted = card;
    card.classList.add("is-lifted");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", card.querySelector(".nm").textContent);
  });
  const over = (event) => lifted && event.target.closest?.("[data-column]");
  addEventListener("dragover", (event) => {
    const column = over(event);
    if (!column) return;
    event.preventDefault();
    for (const one of columns()) one.classList.toggle("is-over", one === column && !one.contains(lifted));
  });
  addEventListener("drop", (event) => {
    const column = over(event);
    if (!column) return;
    event.preventDefault();
    if (!column.contains(lifted)) send(lifted, column.dataset.column);
  });
  addEventListener("dragend", () => {
    lifted?.classList.remove("is-lifted");
    lifted = null;
    for (const one of columns()) one.classList.remove("is-over");
  });

  // ---- keys
  addEventListener("keydown", (event) => {
    const card = event.target.closest?.("[data-card]");
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!card || !step || !event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const all = columns();
    const next = all[all.indexOf(card.closest("[data-column]")) + step];
    if (next) send(card, next.dataset.column);
  });
  document.addEventListener("htmx:afterSettle", () => {
    const card = moved ? document.getElementById(moved) : null;
    moved = "";
    card?.querySelector(".nm").focus();
  });
})();
