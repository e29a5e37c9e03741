// Beside the picture stands what was chosen in it, as the server says it; address and back button follow.
import { addressOfTie, hasPage, hasPanel, isCommunity } from "./addresses.js";

export class Panel {
  constructor(place, picture) {
    this.place = place;
    this.picture = picture;
    this.element = document.getElementById(place.dataset.panel);
    this.asked = new AbortController();
    if (!this.element) return;
    this.element.addEventListener("click", (event) => this.follow(event));
    for (const part of [this.element, picture.canvas]) {
      part.addEventListener("keydown", (event) => {
        if (event.key === "Escape" && !this.element.hidden) this.leave();
      });
    }
    window.addEventListener(
      "popstate",
      ({ state }) => {
        // Entries of the filters are brought back by who made them.
        if (!state?.htmx) this.show(chosenIn(window.location), { isBack: true });
      },
      { signal: picture.signal },
    );
    picture.signal.addEventListener("abort", () => this.asked.abort(), { once: true });
    const keys = chosenIn(window.location);
    if (keys.length > 0) this.light(keys);
  }

  // keys: one point, or the two ends of a tie; the address follows.
  async open(keys) {
    if (keys.length > 0 && keys.every(isCommunity)) {
      this.light(keys);
      document.getElementById(keys[0])?.focus();
      return;
    }
    if (keys.length === 0 || !keys.every(hasPage)) return;
    // A page that stands alone leads nowhere; what is chosen is lit.
    if (this.place.dataset.network.startsWith("#")) {
      this.light(keys);
      return;
    }
    if (!this.element || !keys.every(hasPanel)) {
      window.location.assign(tiesOf(this.place, keys));
      return;
    }
    window.history.pushState({}, "", addressWith(keys));
    await this.show(keys);
  }

  leave() {
    window.history.pushState({}, "", addressWith([]));
    this.show([]);
    this.picture.canvas.focus({ preventScroll: true });
  }

  async show(keys, { isBack = false } = {}) {
    this.asked.abort();
    this.light(keys);
    if (keys.length === 0) {
      this.element.hidden = true;
      this.element.replaceChildren();
      return;
    }
    this.asked = new AbortController();
    const address = tiesOf(this.place, keys);
    try {
      const answer = await fetch(`${address}${address.includes("?") ? "&" : "?"}part=panel`, { signal: this.asked.signal });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      this.element.innerHTML = await answer.text();
    } catch (problem) {
      // Somebody chose something else meanwhile; or the page itself must say what is wrong.
      if (problem.name !== "AbortError") window.location.assign(address);
      return;
    }
    this.element.hidden = false;
    if (!isBack) this.element.querySelector("[data-network-title]").focus();
  }

  light(keys) {
    const [one, other] = keys;
    const tie = other && this.picture.ties.between(one, other);
    this.picture.choose(tie ? { tie } : { point: this.picture.points.has(one) ? one : undefined });
  }

  follow(event) {
    const link = event.target.closest("[data-network-open], [data-network-close]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if ("networkClose" in link.dataset) this.leave();
    else this.open(link.dataset.networkOpen.split(" "));
  }
}

function chosenIn({ search }) {
  const asked = new URLSearchParams(search);
  return ["point", "with"].map((name) => asked.get(name)).filter(Boolean);
}

function addressWith([one, other]) {
  const address = new URL(window.location.href);
  for (const [name, key] of [["point", one], ["with", other]]) {
    if (key) address.searchParams.set(name, key);
    else address.searchParams.delete(name);
  }
  return address;
}

// Never the page of the register: whether a person is to be shown by name, the page of their ties knows.
function tiesOf(place, [one, other]) {
  return addressOfTie(place, { from: one, to: other });
}
