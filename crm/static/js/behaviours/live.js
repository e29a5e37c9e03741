// A part of a page that goes on by itself is asked for anew, until it says that it stands still.
import { enhance } from "./enhance.js";

const PAUSE = 2500; // milliseconds between two questions

enhance("[data-live]", (first) => {
  let shown = first;

  async function ask() {
    if (!shown.isConnected) return;
    if (inUse()) return wait();
    const answer = await fetch(shown.dataset.live).catch(() => null);
    if (!answer?.ok || answer.redirected) return wait();
    const fresh = document.createElement("template");
    fresh.innerHTML = await answer.text();
    const next = fresh.content.querySelector("[data-live]");
    if (!next) return;
    // Somebody may have begun to use it while the answer was on its way.
    if (inUse()) return wait();
    if (next.dataset.livePhase !== shown.dataset.livePhase) {
      // The rest of the page says other things now, too.
      window.location.reload();
      return;
    }
    say(next.dataset.liveSaid);
    shown.replaceWith(next);
    shown = next;
    wait();
  }

  // Who uses a button in it, or looks elsewhere, is not disturbed.
  function inUse() {
    return document.hidden || shown.contains(document.activeElement);
  }

  // What it says in words is told to who cannot see it change, and only when it did.
  function say(words) {
    const voice = document.querySelector("[data-live-voice]");
    if (voice && words && words !== shown.dataset.liveSaid) voice.textContent = words;
  }

  function wait() {
    if ("liveGoing" in shown.dataset) setTimeout(ask, PAUSE);
  }

  wait();
});
