// Marks of an audit that have not reached the server yet. Every mark is first written to this browser (IndexedDB), then sent; without
// a connection it waits and leaves by itself. A mark is known by user, audit and touchpoint and a photo by its own key, so that sending
// them twice is one mark and one photo on the server. walk.js is the screen; other pages only send what is left.
window.mayakMarks = (async () => {
  const root = document.querySelector("[data-walk]") || document.querySelector("[data-audit-queue]");
  if (!root || !window.indexedDB) return null;
  const words = root.dataset;
  const { user } = words;
  const isWalk = "walk" in words;
  const RETRY_MS = 5000;
  const SENT = "sent";

  // ---- the store: one row for each mark: a draft, waiting, sent (so that a page from before knows), clash or refused
  const newKey = () => "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (digit) => (
    digit ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (digit / 4)))).toString(16));
  const fromOld = (store) => {
    store.openCursor().onsuccess = ({ target: { result: cursor } }) => {
      if (!cursor) return;
      const { photo, ...mark } = cursor.value;
      const photos = photo ? [{ key: newKey(), blob: photo }] : [];
      cursor.update({
        ...mark, audit: mark.key.split(":")[1], name: "", state: mark.refused ? "refused" : "waiting", photos, dropped: [], standards: {},
        madeAt: Number.parseInt(mark.stamp, 10) || Date.now(),
      });
      cursor.continue();
    };
  };
  const open = () => new Promise((done, fail) => {
    const request = indexedDB.open("mayak-audit", 2);
    request.onupgradeneeded = ({ oldVersion }) => {
      if (oldVersion < 1) request.result.createObjectStore("marks", { keyPath: "key" });
      else fromOld(request.transaction.objectStore("marks"));
    };
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
  let base;
  try { base = await open(); } catch { return null; }
  base.onversionchange = () => base.close();
  const run = (mode, use) => new Promise((done, fail) => {
    const work = base.transaction("marks", mode);
    const request = use(work.objectStore("marks"));
    work.oncomplete = () => done(request.result);
    work.onerror = work.onabort = () => fail(work.error);
  });
  // A guest may have been given a new link meanwhile: what waits leaves by the link that is open now.
  const LINK = /^\/touchpoints\/g\/[^/]+\//;
  const here = LINK.exec(location.pathname)?.[0];
  const throughHere = (mark) => ({ ...mark, url: mark.url.replace(LINK, here), address: mark.address?.replace(LINK, here) });
  const mine = async () => (await run("readonly", (marks) => marks.getAll()))
    .filter((mark) => mark.user === user).map((mark) => (here ? throughHere(mark) : mark)).sort((one, other) => one.madeAt - other.madeAt);
  const keep = (mark) => {
    if (mark.state === "waiting") say("saving", [mark]);
    return run("readwrite", (marks) => marks.put(mark));
  };
  const forget = (key) => run("readwrite", (marks) => marks.delete(key));
  // Only the version that was sent is removed or replaced: a newer one, made meanwhile, stays.
  const settle = (mark, instead) => new Promise((done) => {
    const work = base.transaction("marks", "readwrite");
    const marks = work.objectStore("marks");
    const request = marks.get(mark.key);
    request.onsuccess = () => { if (request.result?.stamp === mark.stamp) marks.put(instead); };
    work.oncomplete = work.onabort = () => done();
  });

  // ---- what the person sees of it
  const line = isWalk ? root.querySelector("[data-sync]") : root;
  const element = (name, text, more = {}) => Object.assign(document.createElement(name), { textContent: text, ...more });
  const counted = (text, count) => (text || "").replace("{n}", count);
  const told = (marks, text, row) => {
    const box = element("div", "", { className: "sync-b" });
    const list = document.createElement("ul");
    list.append(...marks.map(row));
    box.append(element("p", counted(text, marks.length)), list);
    return box;
  };
  const refusedRow = (mark) => {
    const row = element("li", [mark.name, words[`rating${mark.rating}`], mark.note].filter(Boolean).join(" · "));
    for (const { blob } of mark.photos) {
      const link = element("a", "", { href: URL.createObjectURL(blob), download: "photo.jpg" });
      link.append(element("img", "", { src: link.href, alt: "", width: 44, height: 44 }));
      row.append(" ", link);
    }
    return row;
  };
  const clashRow = (mark) => {
    const row = document.createElement("li");
    row.append(element("a", mark.name || mark.address, { href: mark.address }));
    return row;
  };
  const say = (state, marks = []) => {
    const clashes = marks.filter((mark) => mark.state === "clash");
    const refused = marks.filter((mark) => mark.state === "refused");
    const left = marks.filter((mark) => mark.state === "waiting").length;
    line.dataset.state = state === "saved" && (refused.length || clashes.length) ? "refused" : state;
    line.hidden = !isWalk && line.dataset.state === "saved";
    line.replaceChildren(line.dataset.state === "refused" ? "" : counted(words[state], left));
    if (state === "login" && words.signin) line.append(" ", element("a", words.signin, { href: location.href }));
    if (clashes.length) line.append(told(clashes, words.clash, clashRow));
    if (!refused.length) return;
    const box = told(refused, `${words.refused} ${refused[0].why || ""}`, refusedRow);
    const button = element("button", words.forget, { type: "button" });
    button.addEventListener("click", async () => {
      for (const mark of refused) await forget(mark.key);
      say("saved", await mine());
    });
    box.append(button);
    line.append(box);
    line.scrollIntoView({ block: "center" });
  };

  // ---- sending
  let token = document.querySelector("[name=csrfmiddlewaretoken]")?.value || "";
  // The page may be a copy from before a new sign-in: its token is then no good, the one of a fresh page is.
  const freshToken = async () => {
    try {
      const answer = await fetch(location.href, { credentials: "same-origin", redirect: "error" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      return page.querySelector("[name=csrfmiddlewaretoken]")?.value || "";
    } catch { return ""; }
  };
  const post = (mark) => {
    const body = new FormData();
    body.set("csrfmiddlewaretoken", token);
    body.set(mark.skip ? "skip" : "rating", mark.skip ? "1" : mark.rating);
    body.set("note", mark.note);
    if (mark.version !== undefined) body.set("version", mark.version);
    // Not a time but an age: the clock of a phone may be a year off.
    body.set("age", Math.max(0, Date.now() - mark.madeAt));
    for (const [key, seen] of Object.entries(mark.standards)) body.set(`standard-${key}`, seen);
    for (const key of mark.dropped) body.append("drop_photo", key);
    for (const { key, blob } of mark.photos) {
      body.append("photo_key", key);
      body.append("photo", blob, "photo.jpg");
    }
    return fetch(mark.url, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "manual", credentials: "same-origin" });
  };
  const send = async (mark) => {
    const answer = await post(mark);
    if (answer.status !== 403) return answer;
    token = await freshToken();
    return token ? post(mark) : answer;
  };
  const hearing = { saved: () => {}, clash: () => {}, problem: () => {} };
  // Returns what became of the mark: saved, offline, login, trouble, clash or refused.
  const deliver = async (mark) => {
    let answer;
    let said = {};
    try {
      answer = await send(mark);
      if (answer.headers.get("Content-Type")?.includes("json")) said = await answer.json();
    } catch { return "offline"; }
    if (answer.ok && said.state === "saved") {
      const { version, rating, skipped, note, photos, standards } = said;
      const sent = { ...mark, state: SENT, version, rating: rating ?? "", skip: skipped, note, standards, saved: photos, photos: [], dropped: [] };
      await settle(mark, sent);
      hearing.saved(mark, said);
      if (said.problems.length) hearing.problem(mark, said.problems.join(" "));
      return "saved";
    }
    if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403 || said.state === "unknown") return "login";
    if (said.state === "conflict") {
      await settle(mark, { ...mark, state: "clash", theirs: said.theirs });
      hearing.clash(mark, said.theirs);
      return "clash";
    }
    if (answer.status === 413 && mark.photos.length) {
      const bare = { ...mark, photos: [], stamp: `${mark.stamp}-bare` };
      await settle(mark, bare);
      hearing.problem(mark, words.heavy || "");
      return deliver(bare);
    }
    if (answer.status >= 500) return "trouble";
    if (![400, 404, 409, 410, 422].includes(answer.status)) return "offline";
    const why = said.why || (said.errors ? Object.values(said.errors).flat().join(" ") : words.gone);
    await settle(mark, { ...mark, state: "refused", why });
    return "refused";
  };
  let sending = null;
  let again = false;
  let timer;
  const flush = () => {
    again = true;
    sending ??= (async () => {
      let state = "saved";
      try {
        while (again) {
          again = false;
          state = "saved";
          const marks = (await mine()).filter((mark) => mark.state === "waiting");
          if (marks.length) say("saving", marks);
          for (const mark of marks) {
            const fate = await deliver(mark);
            if (fate === "offline" || fate === "login") { state = fate; break; }
            // One mark the server stumbles over does not hold back the others; it is tried again with the next round.
            if (fate === "trouble") state = "offline";
          }
        }
      } finally {
        sending = null;
      }
      const left = await mine();
      say(state === "saved" && left.some((mark) => mark.state === "waiting") ? "saving" : state, left);
      clearTimeout(timer);
      if (state === "offline") timer = setTimeout(flush, RETRY_MS);
      return left.some((mark) => ["clash", "refused"].includes(mark.state)) && state === "saved" ? "refused" : state;
    })();
    return sending;
  };
  addEventListener("online", flush);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) flush(); });

  // ---- the page of the whole audit: what is left is sent first, then the audit is finished
  document.querySelector("[data-audit-finish]")?.addEventListener("submit", async (event) => {
    const form = event.target;
    event.preventDefault();
    if (["offline", "login"].includes(await flush())) return;
    try { await caches.delete(`mayak-walk-${location.pathname}walk/`); } catch { /* no such store here */ }
    form.submit();
  });
  if (!isWalk) {
    const had = (await mine()).some((mark) => mark.state === "waiting");
    const state = await flush();
    if (had && state === "saved" && "reload" in words) location.reload();
  }
  return { user, mine, keep, forget, flush, hearing, newKey };
})();
