// Opens dialogs in browsers that do not yet know `command` on buttons.
import { enhance } from "./enhance.js";

if (!("commandForElement" in HTMLButtonElement.prototype)) {
  enhance("button[commandfor]", (button) => {
    const dialog = document.getElementById(button.getAttribute("commandfor"));
    const opens = button.getAttribute("command") === "show-modal";

    button.addEventListener("click", () => (opens ? dialog.showModal() : dialog.close()));
  });
}
