// The table of all resources: searched, filtered and sorted here, and shown a page at a time.
"use strict";
(() => {
  const PAGE = 50;
  const WORST_FIRST = ["failed", "skipped", "pending"];
  const element = (id) => document.getElementById(id);
  const [search, kind, outcome, sort] = ["search", "kind", "outcome", "sort"].map(element);

  const resources = JSON.parse(element("data").textContent).map(([key, outcome, attempts, notes], place) => ({
    key, outcome, attempts, notes, place,
    kind: key.slice(0, key.indexOf("/")),
    said: [key, outcome, ...notes.flat()].join("\n").toLowerCase(),
  }));
  const rank = (resource) => (WORST_FIRST.indexOf(resource.outcome) + WORST_FIRST.length + 1) % (WORST_FIRST.length + 1);
  const ORDERS = {
    "": (one, other) => one.place - other.place,
    key: (one, other) => (one.key < other.key ? -1 : 1),
    outcome: (one, other) => rank(one) - rank(other) || one.place - other.place,
    attempts: (one, other) => other.attempts - one.attempts || one.place - other.place,
  };

  let found = resources;
  let begin = 0;

  const chosen = (resource) =>
    (!kind.value || resource.kind === kind.value) &&
    (!outcome.value || resource.outcome === outcome.value ||
      resource.notes.some(([sort]) => `note:${sort}` === outcome.value)) &&
    resource.said.includes(search.value.trim().toLowerCase());

  const find = () => {
    found = resources.filter(chosen).sort(ORDERS[sort.value]);
    begin = 0;
    show();
  };

  const made = (name, className, text) => {
    const node = document.createElement(name);
    node.className = className;
    node.textContent = text;
    return node;
  };

  const row = ({ key, outcome, attempts, notes }) => {
    const line = document.createElement("tr");
    const name = made("td", "", "");
    name.append(made("code", "", key));
    for (const [sort, said] of notes) {
      const note = made("p", `note note-${sort.replace(" ", "-")}`, "");
      note.append(made("span", "sort", sort), " ", said);
      name.append(note);
    }
    const ended = made("td", "", "");
    ended.append(made("span", `badge tone-${outcome}`, outcome));
    line.append(name, ended, made("td", "number", attempts));
    return line;
  };

  const show = () => {
    const page = found.slice(begin, begin + PAGE);
    element("rows").replaceChildren(...page.map(row));
    const range = page.length ? `${(begin + 1).toLocaleString("en")} to ${(begin + page.length).toLocaleString("en")} of ` : "";
    element("count").textContent = `${range}${found.length.toLocaleString("en")} resources`;
    element("previous").setAttribute("aria-disabled", String(begin === 0));
    element("next").setAttribute("aria-disabled", String(begin + PAGE >= found.length));
  };

  const turn = (by) => {
    if (begin + by >= 0 && begin + by < found.length) {
      begin += by;
      show();
    }
  };

  search.addEventListener("input", find);
  [kind, outcome, sort].forEach((one) => one.addEventListener("change", find));
  search.form.addEventListener("submit", (event) => event.preventDefault());
  element("previous").addEventListener("click", () => turn(-PAGE));
  element("next").addEventListener("click", () => turn(PAGE));
  document.querySelectorAll("[data-outcome]").forEach((tile) =>
    tile.addEventListener("click", () => {
      outcome.value = tile.dataset.outcome;
      find();
    }));
  element("all").hidden = false;
  find();
})();
