// Keeps for the time without a network: the offline page, fixed files, and the pages that a person
// opened of their own bookings and of the machines they stood at. Nothing that is sent waits here.
const FILES = "gadong-files";
const KEPT = "gadong-kept";
const OFFLINE = "/offline";
const OWN_PAGES = /^\/(bookings(\/[0-9a-f-]{36})?|at(\/[a-z0-9-]+)?)$/;
// A season of bookings opened one by one; the oldest give way.
const MOST_KEPT = 30;
// Of a member's own list, whose links are marked: a day at the centre has no more.
const NEXT_PAGES = /data-keep href="(\/bookings\/[0-9a-f-]{36})"/g;
const MOST_AHEAD = 5;
const KEPT_AT = "x-gadong-kept-at";
// As long as a session lasts (SESSION_LENGTH of gadong/people/services/accounts.py): who could not
// see a page any more while connected is not shown it without a network either.
const LONGEST_KEPT = 12 * 3_600_000;
// Rises with each login and logout, so that a page that was still on its way is not kept for the
// next person.
let persons = 0;

self.addEventListener("install", (event) => event.waitUntil(prepare()));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (isAnotherPerson(request, url)) {
    persons += 1;
    event.waitUntil(caches.delete(KEPT));
    return;
  }
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(opened(event, url));
  else if (url.pathname.startsWith("/static/") && url.searchParams.has("v")) {
    event.respondWith(file(request));
  }
});

self.addEventListener("push", (event) => event.waitUntil(show(event.data.json())));
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(openPage(event.notification.data));
});

// A notice as the server wrote it, in its person's language. The same one is shown once.
function show({ title, body, lang, url, tag }) {
  const icon = "/static/icon-192.png";
  return self.registration.showNotification(title, { body, lang, tag, icon, data: url });
}

// The notice's page, in a window that is open already if there is one; never another site's.
async function openPage(path) {
  const url = new URL(path, location.origin);
  if (url.origin !== location.origin) return;
  const [page] = await self.clients.matchAll({ type: "window" });
  if (!page) await self.clients.openWindow(url.href);
  else await (await page.focus()).navigate(url.href);
}

// The offline page with every file that it names, so that it looks the same from its first day on.
async function prepare() {
  const files = await caches.open(FILES);
  const page = await fetch(OFFLINE);
  const named = (await page.clone().text()).matchAll(/(?:href|src)="(\/static\/[^"]+)"/g);
  await files.put(OFFLINE, page);
  await files.addAll([...new Set([...named].map((found) => found[1]))]);
  await self.skipWaiting();
}

// Whoever logs in or out, or whose session ended, may be followed by somebody else: by the form, by
// a provider, by a link that was mailed, or by a program of the page.
function isAnotherPerson(request, url) {
  if (/^\/(log(in|out)|recover)(\/|$)/.test(url.pathname)) return true;
  return url.pathname.startsWith("/api/v1/sessions") && request.method !== "GET";
}

async function opened(event, url) {
  const asker = persons;
  try {
    const answer = await fetch(event.request);
    // A search or the past would take the place of the bookings to come.
    if (answer.ok && OWN_PAGES.test(url.pathname) && !url.search) {
      event.waitUntil(keepWithNext(url, answer.clone(), asker));
    }
    return answer;
  } catch {
    return (await asKept(url)) ?? caches.match(OFFLINE);
  }
}

// Whoever saw the list reads the next bookings without a network, also those they did not open.
async function keepWithNext(url, answer, asker) {
  const list = url.pathname === "/bookings" ? await answer.clone().text() : "";
  await keep(url, answer, asker);
  for (const [, path] of [...list.matchAll(NEXT_PAGES)].slice(0, MOST_AHEAD)) {
    const next = await fetch(path, { headers: { accept: "text/html" } });
    if (next.ok) await keep(new URL(path, location.origin), next, asker);
  }
}

async function keep(url, answer, asker) {
  const headers = new Headers({ [KEPT_AT]: new Date().toISOString() });
  for (const name of ["content-type", "content-security-policy"]) {
    headers.set(name, answer.headers.get(name) ?? "");
  }
  const copy = new Response(await answer.blob(), { headers });
  if (asker !== persons) return;
  const kept = await caches.open(KEPT);
  await kept.put(url.pathname, copy);
  if (asker !== persons) await caches.delete(KEPT);
  const pages = await kept.keys();
  await Promise.all(pages.slice(0, -MOST_KEPT).map((page) => kept.delete(page)));
}

// A kept page says on top that it is one, and of when.
async function asKept(url) {
  const kept = await caches.match(url.pathname, { cacheName: KEPT });
  if (!kept) return null;
  if (Date.now() - new Date(kept.headers.get(KEPT_AT)) > LONGEST_KEPT) {
    await (await caches.open(KEPT)).delete(url.pathname);
    return null;
  }
  const text = await kept.text();
  const language = /<html lang="([\w-]+)"/.exec(text)?.[1] ?? "ko";
  const offline = await (await caches.match(OFFLINE)).text();
  const sentence = new RegExp(`data-kept="${language}">([^<]*)<`).exec(offline)?.[1] ?? "";
  const when = new Date(kept.headers.get(KEPT_AT)).toLocaleString(language, {
    dateStyle: "medium", timeStyle: "short",
  });
  const told = sentence.replace("{when}", when);
  const said = `<p class="alert alert-warning" role="status">! ${told}</p>`;
  const marked = text.replace(/<main [^>]*>/, (tag) => tag + said);
  return new Response(marked, { headers: kept.headers });
}

// A fixed file's address changes with its content: what is kept is never old.
async function file(request) {
  const files = await caches.open(FILES);
  const found = await files.match(request);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok) {
    const earlier = await files.keys(request, { ignoreSearch: true });
    await Promise.all(earlier.map((old) => files.delete(old)));
    await files.put(request, answer.clone());
  }
  return answer;
}
