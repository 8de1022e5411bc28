// Keeps the pages of one walk and their static files for the time without a connection. It sees only the pages under its scope, which is
// one walk, and asks the server first: a copy is shown only when no answer comes. Marks are not its business, see audit.js.
const STORE = `mayak-walk-${new URL(self.registration.scope).pathname}`;
const SCREEN = new URL(self.registration.scope).pathname;
const PATIENCE_MS = 8000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

const inTime = (request) => new Promise((done, fail) => {
  const timer = setTimeout(() => fail(new Error("too slow")), PATIENCE_MS);
  fetch(request).then(done, fail).finally(() => clearTimeout(timer));
});

// One copy for all screens: the page holds every touchpoint, its script shows the one in the address.
const screen = async (request) => {
  const store = await caches.open(STORE);
  let answer;
  try {
    answer = await inTime(request);
  } catch {
    return (await store.match(SCREEN)) || Response.error();
  }
  // Signed out, finished or no longer theirs: nothing of the walk stays behind.
  if (answer.type === "opaqueredirect" || [401, 403, 404, 410].includes(answer.status)) await store.delete(SCREEN);
  if (answer.status === 200 && !answer.redirected) await store.put(SCREEN, answer.clone());
  return answer;
};

const file = async (request) => {
  const store = await caches.open(STORE);
  try {
    const answer = await fetch(request);
    if (answer.status === 200) await store.put(request, answer.clone());
    return answer;
  } catch {
    return (await store.match(request)) || Response.error();
  }
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (address.pathname === SCREEN) event.respondWith(screen(request));
  } else if (["script", "style", "font"].includes(request.destination)) {
    event.respondWith(file(request));
  }
});
