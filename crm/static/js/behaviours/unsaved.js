// Work that is not saved is not lost by leaving the page by mistake.
import { enhance } from "./enhance.js";

const changed = new Set();

enhance("form[data-unsaved]", (form) => {
  form.addEventListener("input", () => changed.add(form));
  form.addEventListener("change", () => changed.add(form));
  form.addEventListener("submit", (event) => {
    if (!event.submitter?.formTarget) changed.delete(form);
  });
});

window.addEventListener("beforeunload", (event) => {
  if ([...changed].some((form) => form.isConnected)) event.preventDefault();
});
