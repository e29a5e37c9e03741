// A text that is shown once can be copied with one press.
import { enhance } from "./enhance.js";

enhance("[data-copy]", (field) => {
  const button = field.querySelector("button");
  const text = field.querySelector("input");
  const said = field.querySelector("[data-copy-said]");

  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text.value);
    text.select();
    said.textContent = field.dataset.copy;
    button.querySelector("span").textContent = field.dataset.copy;
  });
});
