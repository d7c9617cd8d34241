// Layered layout: sizes and connections in, positions out, as JSON texts.
import * as dagre from "@dagrejs/dagre";

/**
 * @param {string} json `{direction, nodes: [{id, width, height}], edges: [{from, to, label, labelWidth}]}`
 * @returns {string} `{width, height, nodes: [{id, x, y}], edges: [{from, to, points: [[x, y]], labelAt: [x, y]}]}`
 */
export function layout(json) {
  const input = JSON.parse(json);
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: input.direction, nodesep: 32, ranksep: 36, edgesep: 24, marginx: 20, marginy: 16 });
  for (const node of input.nodes) graph.setNode(node.id, { width: node.width, height: node.height });
  for (const edge of input.edges) {
    graph.setEdge(edge.from, edge.to, { width: edge.labelWidth, height: 20, labelpos: "c" });
  }
  dagre.layout(graph);
  const nodes = input.nodes.map(({ id }) => {
    const { x, y, width, height } = graph.node(id);
    return { id, x: x - width / 2, y: y - height / 2 };
  });
  const edges = input.edges.map(({ from, to }) => {
    const { points, x, y } = graph.edge(from, to);
    return { from, to, points: points.map((point) => [point.x, point.y]), labelAt: [x, y] };
  });
  const { width, height } = graph.graph();
  return JSON.stringify({ width: Math.max(width, 1), height: Math.max(height, 1), nodes, edges });
}
