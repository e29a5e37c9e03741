// Attendance by keyboard: letters mark, arrows go up and down, a name is jumped to or looked for on
// all pages, walk-ins are found.
import { enhance } from "./behaviours/enhance.js";

const PAUSE = 250; // milliseconds after the last letter
const SHORTEST = 2; // letters of a name that are worth a question

function folded(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

function markIn(row) {
  return row.querySelector('input[type="radio"]:checked') ?? row.querySelector('input[type="radio"]');
}

function jumping(filter, rows) {
  const input = filter.querySelector("input");
  const found = filter.querySelector("[data-attendance-found]");
  const shown = () => rows.filter((row) => !row.hidden);

  function narrow() {
    const words = folded(input.value).split(/\s+/);
    for (const row of rows) {
      const name = folded(row.dataset.attendanceRow);
      row.hidden = !words.every((word) => name.includes(word));
    }
    found.textContent = input.value ? String(shown().length) : "";
  }

  function clear() {
    input.value = "";
    narrow();
  }

  filter.hidden = false;
  input.addEventListener("input", narrow);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === "ArrowDown") {
      event.preventDefault();
      const [first] = shown();
      if (first) markIn(first).focus();
    } else if (event.key === "Escape") {
      clear();
    }
  });
  return clear;
}

function marking(place) {
  const jump = place.querySelector("[data-attendance-filter]");
  const find = place.querySelector("[data-attendance-find]");
  const rows = [...place.querySelectorAll("[data-attendance-row]")];
  const input = (jump ?? find)?.querySelector('input[type="search"]');
  const clear = jump ? jumping(jump, rows) : () => input?.select();

  function go(row, step) {
    const shown = rows.filter((one) => !one.hidden);
    const next = shown[shown.indexOf(row) + step];
    if (next) markIn(next).focus();
    return Boolean(next);
  }

  function mark(row, key) {
    const radio = row.querySelector(`input[data-key="${CSS.escape(key)}"]`);
    if (!radio) return false;
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
    // Whoever looked a name up looks up the next one; whoever goes down the list goes on.
    if (input?.value) {
      clear();
      input.focus();
    } else if (!go(row, 1)) {
      radio.focus();
    }
    return true;
  }

  // Looking for somebody is no unsaved work.
  for (const kind of ["input", "change"]) (jump ?? find)?.addEventListener(kind, (event) => event.stopPropagation());
  place.addEventListener("keydown", (event) => {
    const row = event.target.closest("[data-attendance-row]");
    if (!row || event.target.type !== "radio" || event.ctrlKey || event.metaKey || event.altKey) return;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    const done = event.key in steps ? (go(row, steps[event.key]), true) : mark(row, event.key.toLowerCase());
    if (done) event.preventDefault();
  });
}

function walkIn(line, address) {
  // Where the page itself asks who it is, the answer stands there.
  if (line.querySelector('input[type="radio"]')) return;
  const name = line.querySelector('input[name$="-name"]');
  const prefix = name.name.replace(/name$/, "");
  const list = document.createElement("ul");
  list.className = "attendance__found";
  list.setAttribute("aria-live", "polite");
  name.closest(".field").append(list);
  let waiting;
  let asked = 0;

  function choose(one) {
    list.replaceChildren();
    const chosen = document.createElement("input");
    Object.assign(chosen, { type: "hidden", name: `${prefix}person`, value: String(one.id) });
    line.querySelectorAll(`[name="${CSS.escape(chosen.name)}"]`).forEach((other) => other.remove());
    line.append(chosen);
    name.value = one.name;
    name.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function offer(people) {
    list.replaceChildren(
      ...people.map((one) => {
        const item = document.createElement("li");
        const button = document.createElement("button");
        Object.assign(button, { type: "button", className: "attendance__choice", textContent: one.name });
        button.addEventListener("click", () => {
          choose(one);
          name.focus();
        });
        item.append(button);
        return item;
      }),
    );
  }

  async function ask() {
    const number = (asked += 1);
    const typed = name.value.trim();
    if (typed.length < SHORTEST) return offer([]);
    const answer = await fetch(`${address}?${new URLSearchParams({ q: typed })}`);
    if (answer.ok && number === asked) offer(await answer.json());
  }

  name.addEventListener("input", () => {
    // Other letters mean somebody else than who was chosen.
    line.querySelectorAll(`input[type="hidden"][name="${CSS.escape(`${prefix}person`)}"]`).forEach((one) => one.remove());
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE);
  });
  name.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
}

enhance("[data-attendance]", marking);
enhance("[data-walk-ins]", (part) => {
  for (const line of part.querySelectorAll("[data-walk-in]")) walkIn(line, part.dataset.walkIns);
});
