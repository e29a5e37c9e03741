// By the first letter of a key: person, organisation, session.
const TIES = { o: "tiesOrganisation", p: "tiesPerson", s: "session" };

// The address of the ties of `from`, or of the one tie with `to`.
export function addressOfTie(place, { from, to }) {
  const address = filled(place.dataset[TIES[from[0]]], from);
  return to ? `${address}${address.includes("?") ? "&" : "?"}with=${to}` : address;
}

// An empty chair is nobody's.
export function hasPage(key) {
  return key[0] in TIES;
}

// A community is a row of the table below the picture.
export function isCommunity(key) {
  return key[0] === "c";
}

// Sessions have a page of their own, and none for their ties.
export function hasPanel(key) {
  return key[0] === "p" || key[0] === "o";
}

// Addresses on the page hold a 0 where an id belongs.
function filled(pattern, key) {
  return pattern.replace(/\/0(?=$|[?])/, `/${key.slice(1)}`);
}
