// By the first letter of a key: person, organisation, session.
const PAGES = { o: "organisation", p: "person", s: "session" };
const TIES = { o: "tiesOrganisation", p: "tiesPerson", s: "session" };

// Addresses on the page hold a 0 where an id belongs.
export function addressOfPoint(place, key) {
  return filled(place.dataset[PAGES[key[0]]], key);
}

export function addressOfTie(place, { from, to }) {
  const address = filled(place.dataset[TIES[from[0]]], from);
  return `${address}${address.includes("?") ? "&" : "?"}with=${to}`;
}

function filled(pattern, key) {
  return pattern.replace(/\/0(?=$|[?])/, `/${key.slice(1)}`);
}
