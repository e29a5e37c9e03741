// A list of texts grows: there is always an empty entry at its end.
import { enhance } from "./enhance.js";

function grown(list) {
  const entries = list.querySelectorAll("[data-list-entry]");
  const last = entries[entries.length - 1];
  const input = last?.querySelector("input");
  if (!input?.value) return;

  const entry = last.cloneNode(true);
  const fresh = entry.querySelector("input");
  entry.querySelector(".field__errors")?.remove();
  for (const name of ["id", "name"]) {
    fresh.setAttribute(name, input.getAttribute(name).replace(/\d+$/, (number) => Number(number) + 1));
  }
  fresh.setAttribute("aria-label", input.ariaLabel.replace(/\d+$/, (number) => Number(number) + 1));
  fresh.removeAttribute("value");
  fresh.value = "";
  last.after(entry);
}

enhance("[data-list]", (list) => {
  grown(list);
  list.addEventListener("input", () => grown(list));
});
