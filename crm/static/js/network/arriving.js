// What is beside the picture may come after it.

export async function whole() {
  if (document.readyState !== "loading") return;
  await new Promise((done) => document.addEventListener("DOMContentLoaded", done, { once: true }));
}

// Once what is drawn stands on the screen.
export async function shown() {
  await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)));
}
