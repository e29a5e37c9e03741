// A list follows its filters as they change; address and back button follow too.
import htmx from "htmx.org";

import { enhance } from "./enhance.js";

const PAUSE = 250; // milliseconds after the last letter

function addressOf(form) {
  const chosen = [...new FormData(form)].filter(([, value]) => value !== "");
  const query = new URLSearchParams(chosen).toString();
  return query ? `${form.action.split("?")[0]}?${query}` : form.action.split("?")[0];
}

enhance("form[data-filters]", (form) => {
  let waiting;
  let shown = addressOf(form);

  function tell() {
    const chosen = [...form.elements].some((control) => control.name && control.type !== "hidden" && control.value);
    form.querySelector("[data-filters-clear]").hidden = !chosen;
    const count = document.querySelector("#results [data-results-count]");
    const more = form.querySelector("[data-filters-more]");
    if (more) {
      const { moreChosen } = document.getElementById("results").dataset;
      more.textContent = moreChosen;
      more.hidden = !Number(moreChosen);
    }
    form.querySelector("[data-filters-said]").textContent = count?.textContent.trim() ?? "";
  }

  async function show() {
    clearTimeout(waiting);
    const address = addressOf(form);
    if (address === shown) return;
    shown = address;
    const results = document.getElementById("results");
    results.setAttribute("aria-busy", "true");
    // What stands elsewhere and leads on with the same selection is marked, and comes along by its id.
    const follows = { selectOOB: "[data-follows-filters]" };
    await htmx.ajax("GET", address, { target: "#results", select: "#results", swap: "outerHTML", push: address, ...follows });
    tell();
  }

  if (!document.getElementById("results")) return;
  form.querySelector("[data-filters-submit]").hidden = true;
  form.addEventListener("change", show);
  form.addEventListener("input", (event) => {
    if (event.target.type !== "search") return;
    clearTimeout(waiting);
    waiting = setTimeout(show, PAUSE);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    show();
  });
});
