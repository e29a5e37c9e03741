// Addresses on the page hold a 0 where an id belongs.
export function addressOfPoint(place, key) {
  return filled(key.startsWith("o") ? place.dataset.organisation : place.dataset.person, key);
}

export function addressOfTie(place, { from, to }) {
  const address = filled(from.startsWith("o") ? place.dataset.tiesOrganisation : place.dataset.tiesPerson, from);
  return `${address}${address.includes("?") ? "&" : "?"}with=${to}`;
}

function filled(pattern, key) {
  return pattern.replace(/\/0(?=$|[?])/, `/${key.slice(1)}`);
}
