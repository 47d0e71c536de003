// Elements, all texts as text; numbers as people read them; fronts.
const SVG = "http://www.w3.org/2000/svg";
const fill = (element, attributes, children) => {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
};
const make = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
const draw = (tag, attributes, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

const trim = (value, digits) => String(Number(value.toPrecision(digits))).replace("-", "−");
const scaled = (value, units, digits) => {
  const [unit, size] = units.find(([, least]) => Math.abs(value) >= least * 0.9995) || units[units.length - 1];
  return trim(value / size, digits) + (unit ? "\u00a0" + unit : "");
};
const SECONDS = [["h", 3600], ["min", 60], ["s", 1], ["ms", 1e-3], ["µs", 1e-6]];
const COUNTS = [["G", 1e9], ["M", 1e6], ["k", 1e3], ["", 1]];
const spell = (name, value) => {
  if (value === null || value === undefined) return "–";
  const quantity = data.objectives[name].quantity;
  if (quantity === "seconds") return scaled(value, SECONDS, 3);
  if (quantity === "count") return scaled(value, COUNTS, 3).replace("\u00a0", "");
  return value.toFixed(quantity === "fraction" ? 4 : 3);
};
const textOf = (index) => data.texts[index].replace(/'(\d+)'/g, (_, number) => "'" + data.names[number] + "'");

const better = (name, value) => (data.objectives[name].more ? -value : value);
const frontOf = (xs, ys, rows) => {
  const { x, y } = state;
  const order = rows
    .map((row) => [better(x, xs[row]), better(y, ys[row]), row])
    .sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
  let best = Infinity;
  const found = [];
  for (const [, level, row] of order) if (level < best) { best = level; found.push(row); }
  return found.sort((a, b) => xs[a] - xs[b]);
};
