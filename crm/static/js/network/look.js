// A canvas knows no custom properties: what the page looks like is read from marks that wear its colours.
export function lookOf(place) {
  const colours = {};
  for (const mark of place.querySelectorAll("[data-network-ink]")) {
    colours[mark.dataset.networkInk] = getComputedStyle(mark).color;
  }
  const { fontFamily, fontSize } = getComputedStyle(place.querySelector("[data-network-inks]"));
  return { ...colours, font: `${fontSize} ${fontFamily}` };
}

// The options of the server in the colours of the page.
export function dressed(options, look) {
  const groups = Object.entries(options.groups).map(([name, group]) => [name, { ...group, color: coloured(name, look) }]);
  return { groups: Object.fromEntries(groups) };
}

// Groups are named after their helix first, then after what they are.
function coloured(name, look) {
  const [helix, what] = name.split("-");
  const background = what === "seat" ? look.surface : (look[helix] ?? look.surface);
  const border = what === "seat" ? look[helix] : look.ink;
  const lit = { background, border };
  return { ...lit, highlight: lit, hover: lit };
}

export function watchLook(change, signal) {
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", change, { signal });
  window.matchMedia("print").addEventListener("change", change, { signal });
  const observer = new MutationObserver(change);
  observer.observe(document.documentElement, { attributeFilter: ["data-theme", "data-color-scheme"] });
  signal.addEventListener("abort", () => observer.disconnect(), { once: true });
}
