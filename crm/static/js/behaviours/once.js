// A form is sent once, however often its button is pressed.
const sent = new WeakSet();

document.addEventListener("submit", (event) => {
  const form = event.target;
  // What is shown in a frame leaves the page, and its form, where they are.
  if (!("once" in form.dataset) || event.defaultPrevented || event.submitter?.formTarget) return;
  if (sent.has(form)) {
    event.preventDefault();
    return;
  }
  sent.add(form);
  event.submitter?.setAttribute("aria-busy", "true");
});

// Back from the next page, the form may be sent again.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.forms) {
    sent.delete(form);
    form.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
  }
});
