// A select with many options can be searched.
import TomSelect from "tom-select/base";
import removeButton from "tom-select/plugins/remove_button/plugin.js";

import { enhance } from "./enhance.js";

TomSelect.define("remove_button", removeButton);

enhance("select[data-choice]", (select) => {
  const words = document.body.dataset;
  const noResults = (data, escape) => `<div class="no-results">${escape(words.nothingFound)}</div>`;
  const hint = select.multiple ? words.choose : "";
  const plugins = select.multiple ? { remove_button: { title: words.remove } } : [];

  // The label moves to the box; what is left of the select is for the form alone.
  select.setAttribute("aria-hidden", "true");
  new TomSelect(select, { maxOptions: 500, placeholder: hint, hidePlaceholder: true, plugins, render: { no_results: noResults } });
});
