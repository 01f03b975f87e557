// Keeps a run's page as it is now, and copies commands. Without it every page shows the moment when it was loaded.
"use strict";
document.documentElement.classList.add("scripted");

const told = (words) => { document.getElementById("copied").textContent = words; };

// A browser gives its clipboard only to pages that it trusts; in others the command is selected, to be copied by hand.
const copy = async (button) => {
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = "Copied";
    told("Copied");
    setTimeout(() => { button.textContent = "Copy"; told(""); }, 2000);
  } catch {
    getSelection().selectAllChildren(button.parentElement.querySelector("code"));
    told("Selected; copy it");
  }
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
});

// What a reader has opened or is at stays so when its part is drawn anew.
const place = (part) => {
  const at = document.activeElement;
  if (!part.contains(at)) return null;
  const all = (name) => [...part.querySelectorAll(name)];
  const alike = `${at.tagName}${at.dataset.copy ? `[data-copy="${CSS.escape(at.dataset.copy)}"]` : ""}`;
  const number = all(alike).indexOf(at);
  return () => { const now = all(alike)[number]; if (now) now.focus({ preventScroll: true }); };
};

const show = (name, html) => {
  const part = document.querySelector(`[data-part="${name}"]`);
  if (!part) return;
  const open = new Map([...part.querySelectorAll("details[id]")].map((one) => [one.id, one.open]));
  const back = place(part);
  part.innerHTML = html;
  for (const one of part.querySelectorAll("details[id]")) if (open.has(one.id)) one.open = open.get(one.id);
  if (back) back();
  const title = part.querySelector("[data-title]");
  if (title) document.title = `${title.dataset.title} · Migrator`;
};

// One stream, and only while somebody looks: a browser has few connections to one server.
const run = document.querySelector("[data-events]");
let stream = null;

const lost = (is) => { run.classList.toggle("lost", is); };

const listen = () => {
  stream = new EventSource(run.dataset.events);
  stream.addEventListener("parts", (event) => {
    for (const [name, html] of Object.entries(JSON.parse(event.data))) show(name, html);
  });
  stream.addEventListener("open", () => lost(false));
  stream.addEventListener("error", () => {
    lost(true);
    // After an answer that is no stream a browser does not ask again by itself.
    if (stream?.readyState === EventSource.CLOSED) { stream = null; setTimeout(attend, 2000); }
  });
  stream.addEventListener("end", () => { stream.close(); stream = null; delete run.dataset.events; lost(false); });
};

const attend = () => {
  if (!run.dataset.events) return;
  if (document.hidden && stream) { stream.close(); stream = null; }
  if (!document.hidden && !stream) listen();
};

if (run) {
  document.addEventListener("visibilitychange", attend);
  attend();
}
