// Styles may hide what is only needed where scripts do not run.
document.documentElement.classList.replace("no-js", "js");
