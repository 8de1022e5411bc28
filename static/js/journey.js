// The journey board: cards move by their grip (mouse and finger), by Alt and the arrows, or by the menu the grip opens.
(() => {
  // Filters swap the board with everything in it: nothing of it may be kept.
  const dialog = () => document.getElementById("place");
  const status = () => document.getElementById("moved");
  const form = () => dialog().querySelector("form.plc");
  const FAR = 6;
  const EDGE = 60;
  const cardsOf = (column) => [...column.querySelectorAll("[data-point]")];
  const columns = () => [...document.querySelectorAll("#board [data-column]")];
  const columnOf = (card) => card.closest("[data-column]");
  const nameOf = (card) => card.querySelector(".nm").textContent;
  const grips = (card) => card.querySelector("[data-grip]");

  // ---- one move after another: the card stands in its new place at once and goes back when the server refuses
  let queue = Promise.resolve();
  let waiting = 0;
  let timer;
  const say = (card) => {
    const column = columnOf(card);
    const place = cardsOf(column).indexOf(card) + 1;
    status().textContent = status().dataset.moved.replace("{name}", nameOf(card)).replace("{step}", column.dataset.title).replace("{place}", place);
  };
  const refreshSoon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (!waiting && !dialog()?.open && !document.body.classList.contains("is-dragging")) {
        window.htmx.ajax("GET", location.href, { target: "#board", select: "#board", swap: "outerHTML" });
      }
    }, 800);
  };
  const send = async (address, stage, before) => {
    const body = new FormData();
    body.set("csrfmiddlewaretoken", form().elements.csrfmiddlewaretoken.value);
    body.set("stage", stage);
    body.set("before", before);
    const answer = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" } });
    if (answer.ok) return;
    const said = await answer.json().catch(() => ({}));
    throw new Error(said.error || "");
  };
  const put = (card, column, below) => {
    if (below) column.insertBefore(card, below);
    else (cardsOf(column).filter((other) => other !== card).pop() || column.querySelector(".colh")).after(card);
  };
  const move = (card, column, below) => {
    const from = columnOf(card);
    const next = cardsOf(from)[cardsOf(from).indexOf(card) + 1] || null;
    if (from === column && (below === next || below === card)) return;
    const hadFocus = card.contains(document.activeElement) && document.activeElement;
    put(card, column, below);
    hadFocus?.focus();
    card.scrollIntoView({ block: "nearest" });
    say(card);
    const before = below ? below.dataset.point : column.dataset.next || "";
    waiting += 1;
    queue = queue.then(() => send(grips(card).href, column.dataset.column, before)).catch((error) => {
      put(card, from, next?.isConnected ? next : null);
      dispatchEvent(new CustomEvent("toast", { detail: { text: error.message || status()?.dataset.failed, level: "error" } }));
    }).finally(() => { waiting -= 1; refreshSoon(); });
  };

  // ---- keys on a card in focus
  addEventListener("keydown", (event) => {
    const card = event.altKey && event.target.closest?.("#board [data-point]");
    if (!card || !dialog() || !event.key.startsWith("Arrow")) return;
    event.preventDefault();
    const column = columnOf(card);
    const row = cardsOf(column);
    const here = row.indexOf(card);
    if (event.key === "ArrowUp" && here > 0) move(card, column, row[here - 1]);
    if (event.key === "ArrowDown" && here < row.length - 1) move(card, column, row[here + 2] || null);
    if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      const all = columns();
      const target = all[all.indexOf(column) + (event.key === "ArrowLeft" ? -1 : 1)];
      if (target) move(card, target, cardsOf(target)[here] || null);
    }
  });

  // ---- the menu: the same form as on the page of the place
  const open = (card) => {
    const stage = columnOf(card).dataset.column;
    document.getElementById("place-title").textContent = nameOf(card);
    form().action = grips(card).href;
    form().querySelector("input[name=stage]").value = stage;
    for (const button of form().querySelectorAll("button[name=stage]")) button.disabled = button.value === stage;
    dialog().showModal();
  };
  let dragged = false;
  addEventListener("click", (event) => {
    const grip = event.target.closest("[data-grip]");
    if (!grip || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (!dragged) open(grip.closest("[data-point]"));
    dragged = false;
  });

  // ---- drag by the grip, with a mouse or a finger
  const line = document.createElement("div");
  line.className = "gap-here";
  const under = (x, y) => {
    const column = columns().find((one) => {
      const box = one.getBoundingClientRect();
      return x >= box.left && x <= box.right && (y >= box.top || box.top > innerHeight);
    });
    return column && columns().filter((one) => {
      const box = one.getBoundingClientRect();
      return x >= box.left && x <= box.right && y >= box.top;
    }).pop() || column;
  };
  addEventListener("pointerdown", (event) => {
    const grip = event.button === 0 && event.target.closest?.("[data-grip]");
    if (!grip) return;
    const card = grip.closest("[data-point]");
    const start = { x: event.clientX, y: event.clientY + scrollY };
    let column = null;
    dragged = false;
    grip.setPointerCapture(event.pointerId);
    const follow = (at) => {
      if (!dragged && Math.hypot(at.clientX - start.x, at.clientY + scrollY - start.y) < FAR) return;
      dragged = true;
      document.body.classList.add("is-dragging");
      card.classList.add("is-drag");
      if (at.clientY < EDGE) scrollBy(0, -12);
      if (at.clientY > innerHeight - EDGE) scrollBy(0, 12);
      card.style.transform = `translate(${at.clientX - start.x}px, ${at.clientY + scrollY - start.y}px)`;
      column = under(at.clientX, at.clientY);
      if (!column) { line.remove(); return; }
      const below = cardsOf(column).find((other) => {
        const box = other.getBoundingClientRect();
        return other !== card && at.clientY < box.top + box.height / 2;
      });
      put(line, column, below);
    };
    const stop = (at) => {
      grip.removeEventListener("pointermove", follow);
      for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) grip.removeEventListener(name, stop);
      document.body.classList.remove("is-dragging");
      card.classList.remove("is-drag");
      card.style.transform = "";
      let below = line.isConnected ? line.nextElementSibling : null;
      if (below === card) below = card.nextElementSibling;
      const target = line.isConnected ? column : null;
      line.remove();
      if (dragged && target && at.type === "pointerup") move(card, target, below?.matches("[data-point]") ? below : null);
      setTimeout(() => { dragged = false; });
    };
    grip.addEventListener("pointermove", follow);
    for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) grip.addEventListener(name, stop);
  });

  // ---- after the menu the card that was moved is in focus again
  if (location.hash.startsWith("#point-")) document.getElementById(location.hash.slice(1))?.focus();
})();
