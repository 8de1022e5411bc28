// The walk of an audit. Every mark is first written to this browser (IndexedDB), then sent; without a connection it waits and
// leaves by itself. A mark is known by user, audit and touchpoint, so that sending it twice is one mark on the server.
// Without IndexedDB nothing here runs and the forms work as plain pages.
(async () => {
  const walk = document.querySelector("[data-walk]");
  const panel = document.querySelector("[data-audit-queue]");
  const root = walk || panel;
  if (!root || !window.indexedDB) return;
  const words = root.dataset;
  const user = words.user;
  const RETRY_MS = 5000;
  const MAX_SIDE = 1600;

  // ---- the store: one row for each unsent mark
  const open = () => new Promise((done, fail) => {
    const request = indexedDB.open("mayak-audit", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("marks", { keyPath: "key" });
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
  let base;
  try { base = await open(); } catch { return; }
  const run = (mode, use) => new Promise((done, fail) => {
    const work = base.transaction("marks", mode);
    const request = use(work.objectStore("marks"));
    work.oncomplete = () => done(request.result);
    work.onerror = work.onabort = () => fail(work.error);
  });
  const waiting = async () => (await run("readonly", (marks) => marks.getAll())).filter((mark) => mark.user === user);
  const keep = (mark) => run("readwrite", (marks) => marks.put(mark));
  // Only the version that was sent is removed or replaced: a newer one, made meanwhile, stays.
  const settle = (mark, instead = null) => new Promise((done) => {
    const work = base.transaction("marks", "readwrite");
    const marks = work.objectStore("marks");
    const request = marks.get(mark.key);
    request.onsuccess = () => {
      if (request.result?.stamp !== mark.stamp) return;
      if (instead) marks.put(instead); else marks.delete(mark.key);
    };
    work.oncomplete = work.onabort = () => done();
  });

  // ---- what the person sees of it
  const line = walk ? walk.querySelector("[data-sync]") : panel;
  const say = (state, count = 0) => {
    line.dataset.state = state;
    line.hidden = !walk && state === "saved";
    line.textContent = (words[state] || "").replace("{n}", count);
    if (state === "login") {
      const link = document.createElement("a");
      link.href = location.href;
      link.textContent = words.signin;
      line.append(" ", link);
    }
    if (state === "refused") {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = words.forget;
      button.addEventListener("click", async () => {
        for (const mark of (await waiting()).filter((each) => each.refused)) await settle(mark);
        say("saved");
      });
      line.append(" ", button);
    }
  };

  // ---- sending
  const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value || "";
  const send = (mark) => {
    const body = new FormData();
    body.set("csrfmiddlewaretoken", token());
    body.set("rating", mark.rating);
    body.set("note", mark.note);
    if (mark.dropPhoto) body.set("drop_photo", "1");
    if (mark.photo) body.set("photo", mark.photo, "photo.jpg");
    return fetch(mark.url, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "manual", credentials: "same-origin" });
  };
  // Returns what became of the mark: saved, offline, login or refused.
  const deliver = async (mark) => {
    let answer;
    try { answer = await send(mark); } catch { return "offline"; }
    if (answer.ok) {
      await settle(mark);
      saved(mark, await answer.json());
      return "saved";
    }
    if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) return "login";
    if (answer.status === 422 && mark.photo) {
      const { errors } = await answer.json();
      const bare = { ...mark, photo: null, stamp: `${mark.stamp}-bare` };
      await settle(mark, bare);
      complain((errors.photo || Object.values(errors).flat()).join(" "));
      return deliver(bare);
    }
    if (answer.status >= 500 || answer.status === 429) return "offline";
    await settle(mark, { ...mark, refused: true });
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
          const marks = (await waiting()).filter((mark) => !mark.refused);
          if (marks.length) say("saving");
          for (const mark of marks) {
            const fate = await deliver(mark);
            if (fate === "offline" || fate === "login") { state = fate; break; }
          }
        }
      } finally {
        sending = null;
      }
      const left = await waiting();
      const refused = left.filter((mark) => mark.refused).length;
      if (state === "saved" && refused) state = "refused";
      say(state, state === "refused" ? refused : left.length - refused);
      clearTimeout(timer);
      if (state === "offline") timer = setTimeout(flush, RETRY_MS);
      return state;
    })();
    return sending;
  };
  addEventListener("online", flush);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) flush(); });

  // ---- pages that only send what is left
  let saved = () => {};
  let complain = () => {};
  if (!walk) {
    const had = (await waiting()).length;
    const state = await flush();
    if (had && state === "saved" && "reload" in panel.dataset) location.reload();
    return;
  }

  // ---- the walk
  const form = walk.querySelector("form");
  const steps = [...walk.querySelectorAll("[data-step]")];
  const bars = [...walk.querySelectorAll(".aud-p i")];
  const at = (name) => walk.querySelector(`[data-${name}]`);
  const photoBox = at("photo");
  const picture = photoBox.querySelector("img");
  const drop = form.elements.drop_photo;
  let place = steps.findIndex((step) => step.hasAttribute("aria-current"));
  let photo = null;
  let dirty = false;

  complain = (text) => { at("problem").textContent = text; };
  saved = (mark, answer) => {
    const step = steps.find((each) => each.dataset.url === mark.url);
    if (!step) return;
    step.dataset.photo = answer.photo ? `${answer.photo}?v=${mark.stamp}` : "";
    if (steps[place] === step && !photo) showPhoto(step.dataset.photo);
  };
  const showPhoto = (address) => {
    photoBox.hidden = !address;
    if (address) picture.src = address; else picture.removeAttribute("src");
  };

  // A photo of 12 megapixels waits badly: it is made smaller before it is kept. The server does it again, and for good.
  const shrink = async (file) => {
    if (file.size < 1000000) return file;
    try {
      const whole = await createImageBitmap(file);
      const scale = Math.min(1, MAX_SIDE / Math.max(whole.width, whole.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(whole.width * scale);
      canvas.height = Math.round(whole.height * scale);
      canvas.getContext("2d").drawImage(whole, 0, 0, canvas.width, canvas.height);
      return await new Promise((done) => canvas.toBlob((blob) => done(blob || file), "image/jpeg", 0.85));
    } catch {
      return file;
    }
  };

  const rating = () => form.querySelector("[name=rating]:checked")?.value ?? "";
  let count = 0;
  const store = async () => {
    const step = steps[place];
    // Compared, not only watched: a tap may come before this script.
    const changed = dirty || rating() !== step.dataset.rating || form.elements.note.value !== step.dataset.note;
    if (!changed || rating() === "") return;
    const key = `${user}:${words.audit}:${step.dataset.point}`;
    const mark = {
      key, user, url: step.dataset.url, rating: rating(), note: form.elements.note.value, photo, dropPhoto: drop.checked && !photo,
      stamp: `${Date.now()}-${count += 1}`,
    };
    dirty = false;
    step.dataset.rating = mark.rating;
    step.dataset.note = mark.note;
    step.parentElement.querySelector(".done-mark").hidden = false;
    bars[place]?.classList.add("d");
    // A photo that still waits must not be lost when only the note changes afterwards.
    const earlier = photo || mark.dropPhoto ? null : (await waiting()).find((each) => each.key === key);
    await keep(earlier?.photo ? { ...mark, photo: earlier.photo } : mark);
    flush();
  };

  const show = async (index) => {
    place = index;
    const step = steps[place];
    const data = step.dataset;
    form.action = data.url;
    at("kind").textContent = data.kind;
    at("name").textContent = document.title = data.name;
    at("hint").textContent = data.hint;
    at("previous").hidden = !data.previous;
    at("previous").querySelector("span").textContent = data.previous;
    at("number").textContent = words.of.replace("{a}", place + 1).replace("{b}", steps.length);
    for (const radio of form.querySelectorAll("[name=rating]")) radio.checked = radio.value === data.rating;
    form.elements.note.value = data.note;
    form.elements.photo.value = "";
    drop.checked = false;
    photo = null;
    dirty = false;
    complain("");
    showPhoto(data.photo);
    const unsent = (await waiting()).find((mark) => mark.url === data.url && !mark.refused);
    if (unsent?.photo && steps[place] === step) showPhoto(URL.createObjectURL(unsent.photo));
    steps.forEach((each, number) => {
      if (number === place) each.setAttribute("aria-current", "step"); else each.removeAttribute("aria-current");
    });
    bars.forEach((bar, number) => bar.classList.toggle("c", number === place));
    history.replaceState(null, "", `?point=${data.point}`);
    walk.querySelector("details.all").open = false;
    at("name").focus({ preventScroll: true });
    scrollTo(0, 0);
  };

  const leave = async () => {
    if (await flush() === "saved") location.assign(words.summary);
  };
  const go = async (index) => {
    await store();
    if (index < 0) location.assign(words.summary);
    else if (index < steps.length) await show(index);
    else await leave();
  };

  // Marks that still wait from an earlier visit win over what the server knew when it drew the page.
  for (const mark of await waiting()) {
    const step = steps.find((each) => each.dataset.url === mark.url);
    if (!step || mark.refused) continue;
    step.dataset.rating = mark.rating;
    step.dataset.note = mark.note;
    step.parentElement.querySelector(".done-mark").hidden = false;
    bars[steps.indexOf(step)]?.classList.add("d");
    if (step === steps[place]) await show(place);
  }

  form.addEventListener("change", async (event) => {
    dirty = true;
    if (event.target.name === "photo") {
      const [file] = event.target.files;
      if (!file) return;
      photo = await shrink(file);
      drop.checked = false;
      showPhoto(URL.createObjectURL(photo));
    }
    if (event.target.name === "rating") complain("");
    await store();
  });
  let typing;
  form.addEventListener("input", (event) => {
    if (event.target.name !== "note") return;
    dirty = true;
    clearTimeout(typing);
    typing = setTimeout(store, 800);
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (rating() === "") { complain(words.need); return; }
    await go(place + 1);
  });
  at("back").addEventListener("click", (event) => { event.preventDefault(); go(place - 1); });
  at("skip").addEventListener("click", (event) => { event.preventDefault(); go(place + 1); });
  for (const step of steps) step.addEventListener("click", (event) => { event.preventDefault(); go(steps.indexOf(step)); });
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
  await store();
  flush();
})();
