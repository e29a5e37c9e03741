// One checkbox ticks all of its name: <input type="checkbox" data-select-all="person" hidden>.
import { enhance } from "./enhance.js";

enhance("[data-select-all]", (all) => {
  const name = all.dataset.selectAll;
  const place = all.form ?? document;
  const boxes = () => [...place.querySelectorAll(`input[type="checkbox"][name="${CSS.escape(name)}"]`)];

  function follow() {
    const ticked = boxes().filter((box) => box.checked).length;
    all.checked = ticked > 0 && ticked === boxes().length;
    all.indeterminate = ticked > 0 && !all.checked;
  }

  all.hidden = false;
  all.addEventListener("change", () => {
    for (const box of boxes()) box.checked = all.checked;
  });
  place.addEventListener("change", (event) => {
    if (event.target.name === name) follow();
  });
  follow();
});
