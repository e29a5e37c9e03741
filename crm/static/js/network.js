// The picture of a network: vis-network draws what the server has laid out.
import { DataSet } from "vis-data/peer";
import { Network } from "vis-network/peer";

const place = document.querySelector("[data-network]");

if (place) {
  const { nodes, edges, options } = JSON.parse(document.getElementById(place.dataset.network).textContent);
  new Network(place, { nodes: new DataSet(nodes), edges: new DataSet(edges) }, options);
}
