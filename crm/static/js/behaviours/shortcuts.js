// "/" goes to the search field, "?" shows the keys; not while one is typing.
const typing = (target) => target.closest("input, textarea, select, [contenteditable], dialog");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;

  const fields = document.querySelectorAll("[data-shortcut-search]");
  const search = document.querySelector("main [data-shortcut-search]") ?? fields[0];
  if (event.key === "/" && search) {
    event.preventDefault();
    search.focus();
    search.select();
  } else if (event.key === "?") {
    document.querySelector("[data-shortcuts]")?.showModal();
  }
});
