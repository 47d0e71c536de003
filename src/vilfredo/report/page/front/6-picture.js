// The picture as a whole.
const clip = (id, overhang, width, height) => draw("clipPath", { id }, draw("rect", {
  x: MARGIN.left, y: MARGIN.top - 8, width: width - MARGIN.left - MARGIN.right + overhang, height: height - MARGIN.top - MARGIN.bottom + 8 }));
const render = () => {
  const { x, y } = state;
  const width = Math.max(plot.clientWidth, 240), height = Math.round(Math.min(520, Math.max(320, width * 0.72)));
  const xs = data.values[x], ys = data.values[y], rows = [];
  for (let row = 0; row < count; row++) if (known(x, xs[row]) && known(y, ys[row])) rows.push(row);
  const front = frontOf(xs, ys, rows), members = new Set(front);
  const cut = rows.filter((row) => !(isWithin(x, xs[row]) && isWithin(y, ys[row])));
  const inside = state.whole || cut.length === rows.length ? rows : rows.filter((row) => isWithin(x, xs[row]) && isWithin(y, ys[row]));
  const zoom = state.zoom || {};
  const rangeX = extent(x, inside.map((row) => xs[row]), zoom.x), rangeY = extent(y, inside.map((row) => ys[row]), zoom.y);
  MARGIN.left = 34 + 7 * Math.max(2, ...yTicks(rangeY, height).map(({ text }) => text.length));
  const toX = scaleOf(rangeX, MARGIN.left, width - MARGIN.right), toY = scaleOf(rangeY, height - MARGIN.bottom, MARGIN.top);
  const drawn = rows.filter((row) => toX.has(xs[row]) && toY.has(ys[row]));
  const groups = { front: [], ...Object.fromEntries(data.origins.map(({ name }) => [name, []])) };
  for (const row of drawn) groups[members.has(row) ? "front" : data.origins[data.origin[row]].name].push(row);
  const at = (row) => [round(toX(xs[row])), round(toY(ys[row]))];
  const dense = drawn.length > DENSE;
  svg.classList.toggle("dense", dense);
  const path = (own, symbol) => own.map((row) => SYMBOLS[symbol](...at(row), dense && symbol !== "diamond" ? 2 : undefined)).join("");

  const layer = draw("g", { "clip-path": "url(#front-clip)" });
  // Symbols may overhang the frame; lines end at it.
  const add = (group, className, d) => {
    const ends = className.endsWith("line") || className.endsWith("forecast");
    if (visible(group) && d) layer.append(draw("path", { class: className, d, "clip-path": ends ? "url(#front-frame)" : null }));
  };
  for (const { name } of data.origins) add(name, "front-" + name, path(groups[name], ORIGIN[name]));
  const baselines = drawBaselines(layer, toX, toY, width, height);
  const predictions = drawPredictions(add, front, toX, toY, width);
  const steps = front.filter((row) => known(x, xs[row])).map((row) => [toX(xs[row]), toY(ys[row])]);
  add("front", "front-line", staircase(steps, width));
  add("front", "front-member", path(groups.front, "diamond"));
  svg.replaceChildren(
    draw("defs", {}, clip("front-clip", 8, width, height), clip("front-frame", 0, width, height)),
    axes(rangeX, rangeY, toX, toY, width, height), layer, draw("g", { class: "front-marked" }), draw("rect", { class: "front-box", hidden: true }));
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("width", width);
  svg.setAttribute("height", height);

  const hit = drawn.filter((row) => visible(members.has(row) ? "front" : data.origins[data.origin[row]].name));
  const points = hit.map((row) => [...at(row), row]).sort((a, b) => a[0] - b[0]);
  seen = { toX, toY, points, members, front, width, height };
  const lost = rows.length - drawn.length, lacking = [x, y].filter((name) => !data.values[name].every((value) => known(name, value)));
  outside.textContent = [
    lost ? `${lost} of ${rows.length} networks ${lost === 1 ? "lies" : "lie"} outside of what is shown.` : "",
    baselines.length ? `So ${baselines.length === 1 ? "does" : "do"} ${baselines.join(", ")}.` : "",
  ].filter(Boolean).join(" ").replace(/^So do(es)? /, "Outside of what is shown: ");
  if (lacking.length)
    outside.textContent += ` Of ${count - rows.length} ${count - rows.length === 1 ? "network" : "networks"} the ${lacking.map((name) => data.objectives[name].short).join(" or the ")} is not known.`;
  outside.hidden = !outside.textContent;
  whole.hidden = !state.zoom && !cut.length;
  whole.textContent = state.zoom ? "undo the zoom" : state.whole ? "show what is of interest" : "show all networks";
  fillLegend(groups, predictions, rows, members);
  mark();
};
