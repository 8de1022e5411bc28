// The screen of a walk: one touchpoint at a time, filled from `walk-steps`. What is said goes to audit.js at once, which sends it.
// The page itself is kept for the time without a connection by walk_worker.js. Without IndexedDB nothing here runs and the forms work
// as plain pages.
(async () => {
  const walk = document.querySelector("[data-walk]");
  const queue = await window.mayakMarks;
  if (!walk || !queue) return;
  const words = walk.dataset;
  const MAX_SIDE = 1600;
  const MAX_BYTES = 10 * 1024 * 1024;
  const SMALL_BYTES = 1000000;
  const MAX_PHOTOS = 4;
  const at = (name) => walk.querySelector(`[data-${name}]`);
  const form = walk.querySelector("form");
  const links = [...walk.querySelectorAll("[data-step]")];
  const bars = [...walk.querySelectorAll(".aud-p i")];
  const steps = JSON.parse(document.getElementById("walk-steps").textContent);
  for (const step of steps) Object.assign(step, { rating: step.rating ?? "", fresh: [], dropped: [], theirs: null });
  let place = links.findIndex((link) => link.hasAttribute("aria-current"));

  // ---- what this phone knows better than the page, which may be a copy from before
  const isSaid = (step) => step.rating !== "" || step.skipped;
  const adopt = (step, said) => {
    const { version, rating, skipped, note, photos, standards } = said;
    Object.assign(step, { version, rating: rating ?? "", skipped, note, photos, dropped: [], theirs: null });
    Object.assign(step.standards, standards);
  };
  const overlaid = new Set();
  for (const mark of await queue.mine()) {
    const step = steps.find((each) => each.save === mark.url);
    if (!step) continue;
    if (mark.state === "sent") {
      if (mark.version > step.version) adopt(step, { ...mark, skipped: mark.skip, photos: mark.saved });
      else await queue.forget(mark.key);
      if (mark.version <= step.version) continue;
    } else if (mark.state !== "refused") {
      Object.assign(step, { rating: String(mark.rating), skipped: Boolean(mark.skip), note: mark.note, fresh: mark.photos, dropped: mark.dropped });
      Object.assign(step.standards, mark.standards);
      step.theirs = mark.state === "clash" ? mark.theirs : null;
    }
    overlaid.add(step);
  }
  const signature = (step) => JSON.stringify([
    String(step.rating), step.skipped, step.note, step.standards, step.fresh.map((photo) => photo.key), step.dropped,
  ]);
  for (const step of steps) step.kept = signature(step);

  // ---- drawing
  const complain = (text) => { at("problem").textContent = text; };
  const shown = (step) => [...step.photos.filter((photo) => !step.dropped.includes(photo.key)), ...step.fresh];
  const drawPhotos = () => {
    const step = steps[place];
    at("photos").replaceChildren(...shown(step).map((photo) => {
      const box = at("photo-template").content.firstElementChild.cloneNode(true);
      box.querySelector("img").src = photo.url || (photo.view ??= URL.createObjectURL(photo.blob));
      box.querySelector("button").addEventListener("click", () => {
        if (photo.url) step.dropped = [...step.dropped, photo.key];
        else step.fresh = step.fresh.filter((each) => each !== photo);
        drawPhotos();
        store();
      });
      return box;
    }));
  };
  const drawCriteria = () => {
    const step = steps[place];
    const rows = step.sentences.map(([key, sentence]) => {
      const row = at("criterion-template").content.firstElementChild.cloneNode(true);
      row.setAttribute("aria-label", sentence);
      row.querySelector("p").textContent = sentence;
      for (const radio of row.querySelectorAll("input")) {
        radio.name = `standard-${key}`;
        radio.checked = radio.value === step.standards[key];
      }
      return row;
    });
    at("criteria").hidden = !rows.length;
    at("criteria").replaceChildren(at("criteria").querySelector("legend"), ...rows);
  };
  const drawDone = () => {
    steps.forEach((step, number) => {
      links[number].parentElement.querySelector(".done-mark").hidden = !isSaid(step);
      bars[number]?.classList.toggle("d", isSaid(step));
      bars[number]?.classList.toggle("c", number === place);
    });
    at("skip").setAttribute("aria-pressed", String(steps[place].skipped));
  };
  const drawClash = () => {
    const { theirs } = steps[place];
    at("clash").hidden = !theirs;
    if (!theirs) return;
    at("who").textContent = theirs.who;
    at("theirs").textContent = [words[`rating${theirs.rating ?? ""}`], theirs.note].filter(Boolean).join(". ");
  };
  const show = (index, { focus = true } = {}) => {
    place = index;
    const step = steps[place];
    form.action = step.save;
    at("kind").textContent = step.kind;
    at("name").textContent = document.title = step.name;
    at("hint").textContent = step.hint;
    at("previous").hidden = !step.previous;
    at("previous").querySelector("span").textContent = step.previous;
    at("number").textContent = words.of.replace("{a}", place + 1).replace("{b}", steps.length);
    for (const radio of form.querySelectorAll("[name=rating]")) radio.checked = radio.value === String(step.rating);
    form.elements.note.value = step.note;
    form.elements.photo.value = "";
    complain("");
    drawPhotos();
    drawCriteria();
    drawClash();
    drawDone();
    links.forEach((link, number) => {
      if (number === place) link.setAttribute("aria-current", "step"); else link.removeAttribute("aria-current");
    });
    history.replaceState(null, "", `?point=${step.point}`);
    walk.querySelector("details.all").open = false;
    if (!focus) return;
    at("name").focus({ preventScroll: true });
    scrollTo(0, 0);
  };

  // ---- what is said goes to the store of this browser, then to the server
  const read = (step) => {
    const checked = form.querySelector("[name=rating]:checked");
    if (checked) Object.assign(step, { rating: checked.value, skipped: false });
    step.note = form.elements.note.value;
    for (const radio of form.querySelectorAll("[name^=standard-]:checked")) step.standards[radio.name.slice(9)] = radio.value;
  };
  let count = 0;
  const store = async ({ put = false } = {}) => {
    const step = steps[place];
    read(step);
    const now = signature(step);
    if (now === step.kept && !put) return;
    step.kept = now;
    const state = step.theirs ? "clash" : isSaid(step) ? "waiting" : "draft";
    const mark = {
      key: `${queue.user}:${words.audit}:${step.point}`, user: queue.user, audit: words.audit, name: step.name, url: step.save,
      address: `${words.screen}?point=${step.point}`, state, version: step.version, rating: String(step.rating), skip: step.skipped,
      note: step.note, standards: { ...step.standards }, photos: step.fresh.map(({ key, blob }) => ({ key, blob })), dropped: [...step.dropped],
      theirs: step.theirs, madeAt: Date.now(), stamp: `${Date.now()}-${count += 1}`,
    };
    drawDone();
    await queue.keep(mark);
    if (state === "waiting") queue.flush();
  };
  const stepOf = (mark) => steps.find((each) => each.save === mark.url);
  queue.hearing.saved = (mark, said) => {
    const step = stepOf(mark);
    if (!step) return;
    const sent = new Set(mark.photos.map((photo) => photo.key));
    Object.assign(step, { version: said.version, photos: said.photos });
    step.fresh = step.fresh.filter((photo) => !sent.has(photo.key));
    step.dropped = step.dropped.filter((key) => said.photos.some((photo) => photo.key === key));
    step.kept = signature(step);
    if (steps[place] === step) drawPhotos();
  };
  queue.hearing.clash = (mark, theirs) => {
    const step = stepOf(mark);
    if (!step) return;
    step.theirs = theirs;
    if (steps[place] === step) drawClash();
  };
  queue.hearing.problem = (mark, text) => {
    complain(stepOf(mark) === steps[place] ? text : `${mark.name}: ${text}`);
  };

  // ---- photos: a photo of 12 megapixels waits badly, so it is made smaller before it is kept. The server does it again, and for good.
  const shrink = async (file) => {
    if (file.size < SMALL_BYTES && /^image\/(jpeg|png|webp)$/.test(file.type)) return file;
    try {
      const whole = await createImageBitmap(file);
      const scale = Math.min(1, MAX_SIDE / Math.max(whole.width, whole.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.max(1, Math.round(whole.width * scale));
      canvas.height = Math.max(1, Math.round(whole.height * scale));
      canvas.getContext("2d").drawImage(whole, 0, 0, canvas.width, canvas.height);
      whole.close();
      return await new Promise((done) => { canvas.toBlob(done, "image/jpeg", 0.85); });
    } catch { return null; }
  };
  const take = async (files) => {
    const step = steps[place];
    const problems = new Set();
    for (const file of files) {
      if (shown(step).length >= MAX_PHOTOS) { problems.add(words.full); break; }
      const blob = await shrink(file);
      if (blob) step.fresh = [...step.fresh, { key: queue.newKey(), blob }];
      else problems.add(file.size > MAX_BYTES ? words.heavy : words.unread);
    }
    form.elements.photo.value = "";
    if (steps[place] !== step) return;
    drawPhotos();
    await store();
    complain([...problems].join(" "));
  };

  // ---- moving
  const leave = async () => {
    if (["saved", "refused"].includes(await queue.flush())) location.assign(words.summary);
  };
  const go = async (index) => {
    await store();
    if (index < 0) location.assign(words.summary);
    else if (index < steps.length) show(index);
    else await leave();
  };
  let typing;
  form.addEventListener("change", async (event) => {
    if (event.target.name === "photo") { await take(event.target.files); return; }
    if (event.target.name === "rating") { steps[place].skipped = false; complain(""); }
    await store();
  });
  form.addEventListener("input", (event) => {
    if (event.target.name !== "note") return;
    clearTimeout(typing);
    typing = setTimeout(store, 800);
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const step = steps[place];
    read(step);
    if (event.submitter?.name === "skip") {
      for (const radio of form.querySelectorAll("[name=rating]")) radio.checked = false;
      Object.assign(step, { rating: "", skipped: true });
    }
    if (!isSaid(step)) { complain(words.need); return; }
    await go(place + 1);
  });
  at("keep-theirs").addEventListener("click", async (event) => {
    event.preventDefault();
    const step = steps[place];
    adopt(step, step.theirs);
    step.fresh = [];
    step.kept = signature(step);
    await queue.forget(`${queue.user}:${words.audit}:${step.point}`);
    show(place);
    queue.flush();
  });
  at("put-mine").addEventListener("click", async (event) => {
    event.preventDefault();
    const step = steps[place];
    step.version = step.theirs.version;
    step.theirs = null;
    await store({ put: true });
    drawClash();
  });
  at("back").addEventListener("click", (event) => { event.preventDefault(); go(place - 1); });
  links.forEach((link, number) => link.addEventListener("click", (event) => { event.preventDefault(); go(number); }));
  addEventListener("pagehide", () => { store(); });

  // Keys 1 to 3, unless they are switched off on this device or somebody is typing.
  const keysOn = () => { try { return localStorage.getItem("mayak-hotkeys") !== "off"; } catch { return true; } };
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest("textarea") || !keysOn()) return;
    const radio = { 1: "-1", 2: "0", 3: "1" }[event.key];
    if (!radio) return;
    event.preventDefault();
    form.querySelector(`[name=rating][value="${radio}"]`).click();
  });

  // ---- the copy of this page for the time without a connection; a copy made for another person goes first
  const isOther = () => {
    try {
      const before = localStorage.getItem("mayak-walker");
      localStorage.setItem("mayak-walker", queue.user);
      return before !== null && before !== queue.user;
    } catch { return false; }
  };
  const keepCopy = async () => {
    if (!("serviceWorker" in navigator)) return;
    if (isOther()) for (const name of await caches.keys()) if (name.startsWith("mayak-walk-")) await caches.delete(name);
    await navigator.serviceWorker.register(words.worker, { scope: words.screen });
    const copies = await caches.open(`mayak-walk-${words.screen}`);
    const files = performance.getEntriesByType("resource").filter((entry) => ["script", "link", "css"].includes(entry.initiatorType));
    const addresses = files.map((entry) => entry.name).filter((name) => name.startsWith(location.origin));
    // One by one: what cannot be had, say a font, must not keep the page from being kept.
    for (const name of new Set(addresses)) {
      const file = await fetch(name).catch(() => null);
      if (file?.ok) await copies.put(name, file);
    }
    const page = await fetch(`${words.screen}?point=${steps[place].point}`, { credentials: "same-origin" });
    if (page.ok && !page.redirected) await copies.put(words.screen, page);
    walk.dataset.copy = "";
  };

  // A tap may have come before this script: what the form holds then is newer than what the page was made with.
  const asked = new URLSearchParams(location.search).get("point");
  const named = steps.findIndex((step) => String(step.point) === asked);
  if ((named >= 0 && named !== place) || overlaid.has(steps[place])) show(named >= 0 ? named : place, { focus: false });
  else {
    history.replaceState(null, "", `?point=${steps[place].point}`);
    drawPhotos();
    drawDone();
    if (form.elements.photo.files.length) await take(form.elements.photo.files);
    await store();
  }
  drawDone();
  queue.flush();
  keepCopy().catch(() => { /* private windows and plain http keep no copies: the walk goes on without one */ });
})();
