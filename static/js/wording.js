// Places of the wording check from the keyboard: arrows (or J and K) move, A takes, S skips and goes on.
(() => {
  const form = document.querySelector("[data-wording]");
  if (!form) return;
  const boxes = [...form.querySelectorAll("input[type=checkbox]")];
  const go = (step) => {
    const at = boxes.indexOf(document.activeElement);
    const next = boxes[at < 0 ? 0 : Math.min(Math.max(at + step, 0), boxes.length - 1)];
    next?.focus();
    next?.closest("label").scrollIntoView({ block: "nearest" });
  };
  const set = (isTaken) => {
    const box = boxes.find((one) => one === document.activeElement);
    if (box) box.checked = isTaken;
    go(1);
  };
  const keys = { ArrowDown: () => go(1), KeyJ: () => go(1), ArrowUp: () => go(-1), KeyK: () => go(-1), KeyA: () => set(true), KeyS: () => set(false) };
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest("textarea, input[type=text]")) return;
    const act = keys[event.code];
    if (!act) return;
    event.preventDefault();
    act();
  });
})();
