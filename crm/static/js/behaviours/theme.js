// The look changes before the answer comes, so that nothing flashes.
document.addEventListener("submit", (event) => {
  if (!("themeForm" in event.target.dataset)) return;
  document.documentElement.dataset.colorScheme = event.submitter.value;
});
