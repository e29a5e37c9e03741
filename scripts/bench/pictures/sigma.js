// The same points and ties, drawn by sigma.js as its manual shows it.
import Graph from "graphology";
import Sigma from "sigma";

async function start() {
  const { edges, nodes } = await (await fetch("/bench/data.json")).json();
  const graph = new Graph();
  for (const { id, ...point } of nodes) graph.addNode(id, { ...point, y: -point.y });
  for (const { from, to, width } of edges) graph.addEdge(from, to, { size: width });
  const renderer = new Sigma(graph, document.getElementById("place"));
  window.settle(renderer.getCanvases().nodes);
}

start();
