// Nobody is signed in any more: copies of walks kept for the time without a connection leave this device. Marks that wait stay: they are
// sent when their owner signs in again, and nobody else sees them.
(async () => {
  const ours = (path) => path.startsWith("/touchpoints/audits/");
  try {
    for (const name of await caches.keys()) if (ours(name.replace("mayak-walk-", ""))) await caches.delete(name);
    for (const worker of await navigator.serviceWorker.getRegistrations()) {
      if (ours(new URL(worker.scope).pathname)) await worker.unregister();
    }
  } catch { /* plain http or a private window: there was no copy */ }
})();
