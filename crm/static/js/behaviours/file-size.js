// A file that is too large is refused when it is chosen, and not after it was sent.
import { enhance } from "./enhance.js";

enhance("input[data-largest]", (input) => {
  const told = document.getElementById(input.dataset.tooLarge);
  const described = input.getAttribute("aria-describedby") ?? "";

  const fits = () => {
    const isTooLarge = [...input.files].some((file) => file.size > Number(input.dataset.largest));
    told.hidden = !isTooLarge;
    input.setAttribute("aria-invalid", isTooLarge);
    input.setAttribute("aria-describedby", isTooLarge ? told.id : described);
    return !isTooLarge;
  };

  input.addEventListener("change", fits);
  input.form.addEventListener("submit", (event) => {
    if (fits()) return;
    event.preventDefault();
    input.focus();
  });
});
