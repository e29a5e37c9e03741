// Calling by keyboard: arrows, or j and k, go to another person; a letter says what came of the call.
import { enhance } from "./behaviours/enhance.js";

const STEPS = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 };

enhance("[data-calls]", (list) => {
  const calls = [...list.querySelectorAll("[data-call]")];
  let here = Math.max(
    0,
    calls.findIndex((call) => `#${call.id}` === window.location.hash),
  );
  let said = false; // the page is on its way to the next one

  function go(to) {
    if (!calls[to]) return;
    here = to;
    calls[to].focus();
  }

  function say(key) {
    const button = calls[here].querySelector(`button[data-key="${CSS.escape(key)}"]`);
    if (!button) return false;
    said = true;
    button.click();
    return true;
  }

  document.querySelector("[data-calls-keys]").hidden = false;
  document.addEventListener("keydown", (event) => {
    if (said || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, select, textarea, dialog")) return;
    const call = event.target.closest("[data-call]");
    if (call) here = calls.indexOf(call);
    const done = event.key in STEPS ? (go(here + STEPS[event.key]), true) : say(event.key);
    if (done) event.preventDefault();
  });
  window.addEventListener("pageshow", () => {
    said = false;
  });
  go(here);
});
