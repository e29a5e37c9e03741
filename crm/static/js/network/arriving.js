// A page is drawn on while the rest of it is still on its way.

// What `selector` finds, as soon as it is there; nothing if the page has no such part.
export async function arrived(selector) {
  const there = () => document.querySelector(selector);
  if (there() || document.readyState !== "loading") return there();
  return new Promise((resolve) => {
    const watching = new MutationObserver(look);
    watching.observe(document, { childList: true, subtree: true });
    document.addEventListener("DOMContentLoaded", look);

    function look() {
      if (!there() && document.readyState === "loading") return;
      watching.disconnect();
      document.removeEventListener("DOMContentLoaded", look);
      resolve(there());
    }
  });
}

export async function whole() {
  if (document.readyState !== "loading") return;
  await new Promise((done) => document.addEventListener("DOMContentLoaded", done, { once: true }));
}

// Once what is drawn stands on the screen.
export async function shown() {
  await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)));
}
