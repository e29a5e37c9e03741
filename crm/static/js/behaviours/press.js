// A button that fills a frame beside it presses itself: without scripts somebody presses it.
import { enhance } from "./enhance.js";

enhance("button[data-press]", (button) => {
  button.form?.requestSubmit(button);
  button.hidden = true;
});
