// Below the search box, the first of what is found while one types; arrows walk, Enter opens.
import { enhance } from "./enhance.js";

const PAUSE = 200; // milliseconds after the last letter
const FEWEST = 2; // letters that are worth a question

enhance("form[data-quick]", (form) => {
  const input = form.querySelector("input[type=search]");
  const list = form.querySelector("[data-quick-list]");
  const voice = form.querySelector("[data-quick-said]");
  let waiting;
  let asking;
  let shownFor = "";

  const options = () => [...list.querySelectorAll("[role=option]")];
  const chosen = () => list.querySelector("[aria-selected=true]");

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  close();

  function close() {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    chosen()?.setAttribute("aria-selected", "false");
  }

  function open() {
    if (!list.childElementCount || shownFor !== input.value.trim()) return;
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
  }

  function choose(option) {
    chosen()?.setAttribute("aria-selected", "false");
    if (!option) return input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  }

  function walk(step) {
    const all = options();
    // Before the first and behind the last stands the box itself.
    const place = all.indexOf(chosen()) + 1;
    choose(all[((place + step + all.length + 1) % (all.length + 1)) - 1]);
  }

  async function ask() {
    const words = input.value.trim();
    asking?.abort();
    if (words.length < FEWEST) return close();
    if (words === shownFor) return open();
    asking = new AbortController();
    const address = `${form.dataset.quick}?${new URLSearchParams({ q: words })}`;
    const answer = await fetch(address, { signal: asking.signal }).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const html = await answer.text();
    if (words !== input.value.trim() || document.activeElement !== input) return;
    show(words, html);
  }

  function show(words, html) {
    list.innerHTML = html;
    shownFor = words;
    options().forEach((option, number) => {
      option.id = `${list.id}-${number}`;
    });
    const count = list.querySelector("[data-quick-count]")?.dataset.quickCount ?? "0";
    const repaired = list.querySelector("[data-quick-repaired]")?.textContent ?? "";
    voice.textContent = `${repaired} ${voice.dataset.quickSaid.replace("{count}", count)}`.trim();
    open();
  }

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE);
  });
  input.addEventListener("focus", open);
  input.addEventListener("keydown", (event) => {
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps && !event.altKey) {
      event.preventDefault();
      if (list.hidden) open();
      if (!list.hidden) walk(steps[event.key]);
    } else if (event.key === "Enter" && !list.hidden && chosen()) {
      event.preventDefault();
      chosen().click();
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    }
  });
  form.addEventListener("focusout", (event) => {
    if (!form.contains(event.relatedTarget)) close();
  });
  // A press on an option must not take the focus from the box before it counts.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
});
