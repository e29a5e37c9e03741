// Runs `improve` on each element of a page now, and on those that a later swap brings.
export function enhance(selector, improve) {
  const seen = new WeakSet();

  function improveIn(root) {
    for (const element of root.querySelectorAll(selector)) {
      if (!seen.has(element)) {
        seen.add(element);
        improve(element);
      }
    }
  }

  improveIn(document);
  document.addEventListener("htmx:after:swap", () => improveIn(document));
}
