// Parts of the picture: steps of fronts, predictions, baselines, axes, the legend.
const DENSE = 1200; // networks from which symbols are small and faint
const SYMBOLS = {
  dot: (x, y) => `M${x} ${y}h0`,
  cross: (x, y, r = 3.2) => `M${round(x - r)} ${round(y - r)}l${2 * r} ${2 * r}m0-${2 * r}l-${2 * r} ${2 * r}`,
  square: (x, y, r = 3) => `M${round(x - r)} ${round(y - r)}h${2 * r}v${2 * r}h-${2 * r}z`,
  diamond: (x, y) => `M${x} ${y - 6}l6 6-6 6-6-6z`,
  ring: (x, y) => `M${x - 4} ${y}a4 4 0 1 0 8 0a4 4 0 1 0-8 0z`,
};
const ORIGIN = { search: "dot", exploration: "cross", bootstrap: "square" };
const round = (value) => Math.round(value * 10) / 10;
let seen = null; // what was drawn last: scales, places, order by x

const staircase = (steps, width) => {
  if (!steps.length) return "";
  const more = data.objectives[state.x].more, parts = [];
  if (more) parts.push(`M${MARGIN.left} ${round(steps[0][1])}`);
  steps.forEach(([px, py], index) => {
    px = round(px); py = round(py);
    if (!index && !more) parts.push(`M${px} ${py}`);
    else parts.push(more ? (index ? `V${py}H${px}` : `H${px}`) : `H${px}V${py}`);
  });
  if (!more) parts.push(`H${width - MARGIN.right}`);
  return parts.join("");
};

const drawPredictions = (add, front, toX, toY, width) => {
  const { x, y } = state, xs = data.values[x], ys = data.values[y];
  const px = data.predicted[x], py = data.predicted[y], there = { rings: false, forecast: false };
  if (px && py) {
    const own = front.filter((row) => known(x, px[row]) && known(y, py[row]));
    const lines = own.map((row) => `M${round(toX(px[row]))} ${round(toY(py[row]))}L${round(toX(xs[row]))} ${round(toY(ys[row]))}`);
    add("rings", "front-link", lines.join(""));
    add("rings", "front-ring", own.map((row) => SYMBOLS.ring(round(toX(px[row])), round(toY(py[row])))).join(""));
    there.rings = own.length > 0;
  }
  const fx = data.forecast[x], fy = data.forecast[y];
  if (fx && fy && fx.length) {
    const rows = frontOf(fx, fy, fx.map((_, row) => row).filter((row) => known(x, fx[row]) && known(y, fy[row])));
    add("forecast", "front-forecast", staircase(rows.map((row) => [toX(fx[row]), toY(fy[row])]), width));
    there.forecast = rows.length > 0;
  }
  return there;
};

const drawBaselines = (layer, toX, toY, width, height) => {
  const { x, y } = state, missing = [], labels = [];
  for (const { name, values } of data.baselines) {
    const hasX = x in values, hasY = y in values;
    if (!hasX && !hasY) continue;
    if ((hasX && !toX.has(values[x])) || (hasY && !toY.has(values[y]))) { missing.push(name); continue; }
    if (!visible("baselines")) continue;
    const px = hasX ? round(toX(values[x])) : 0, py = hasY ? round(toY(values[y])) : 0;
    if (hasX && hasY) layer.append(draw("path", { class: "front-baseline-mark", d: `M${px - 6} ${py}h12m-6-6v12` }));
    else layer.append(draw("path", { class: "front-baseline", d: hasY ? `M${MARGIN.left} ${py}H${width}` : `M${px} ${MARGIN.top}V${height - MARGIN.bottom}` }));
    const isRight = px > width * 0.7, gap = hasY ? 9 : 4;
    if (hasX) labels.push([isRight ? px - gap : px + gap, hasY ? py + 4 : MARGIN.top + 10, isRight ? "end" : "start", name]);
    else labels.push([width - MARGIN.right - 4, py < MARGIN.top + 14 ? py + 12 : py - 4, "end", name]);
  }
  labels.sort((a, b) => a[1] - b[1]);
  labels.forEach((label, index) => {
    const before = labels[index - 1];
    if (before && Math.abs(label[1] - before[1]) < 13 && label[2] === before[2]) label[1] = before[1] + 13;
    layer.append(draw("text", { class: "front-name", x: label[0], y: label[1], "text-anchor": label[2] }, label[3]));
  });
  return missing;
};

const yTicks = (range, height) => ticksOf(state.y, range, Math.max(3, Math.round(height / 60)));
const axes = (rangeX, rangeY, toX, toY, width, height) => {
  const group = draw("g", { class: "front-axes" }), bottom = height - MARGIN.bottom, right = width - MARGIN.right;
  for (const { value, text } of yTicks(rangeY, height)) {
    const py = round(toY(value));
    group.append(draw("path", { class: "front-grid", d: `M${MARGIN.left} ${py}H${right}` }),
      draw("text", { x: MARGIN.left - 7, y: py + 4, "text-anchor": "end" }, text));
  }
  for (const { value, text } of ticksOf(state.x, rangeX, Math.max(3, Math.round(width / 72)))) {
    const px = round(toX(value));
    group.append(draw("path", { class: "front-grid", d: `M${px} ${MARGIN.top}V${bottom}` }),
      draw("text", { x: Math.min(px, width - 3.6 * text.length), y: bottom + 17, "text-anchor": "middle" }, text));
  }
  const side = (name, room) => {
    const { label, short, more } = data.objectives[name], better = more ? " (better →)" : " (better ←)";
    return ((label.length + better.length) * 6.8 > room ? short : label) + better;
  };
  group.append(
    draw("path", { class: "front-frame", d: `M${MARGIN.left} ${MARGIN.top}V${bottom}H${right}` }),
    draw("text", { class: "front-title", x: (MARGIN.left + right) / 2, y: height - 6, "text-anchor": "middle" }, side(state.x, right - MARGIN.left)),
    draw("text", { class: "front-title", transform: `translate(13 ${(MARGIN.top + bottom) / 2}) rotate(-90)`, "text-anchor": "middle" }, side(state.y, bottom - MARGIN.top)));
  return group;
};

const MEANINGS = {
  front: "whatever is better than one of these in one of the two is worse in the other",
  search: (Object.keys(data.predicted).length ? "expected to be good, but" : "proposed by the search;") + " others are better in both",
  exploration: "tried to learn more about parts of the space that had been neglected; others are better in both",
  bootstrap: "trained before anything could be predicted; others are better in both",
  rings: "where members of the front had been predicted to be, joined to where they are",
  forecast: "the front of all predictions, of networks that were trained and of others",
  baselines: "classifiers that need no search, trained on the same samples by vilfredo baseline",
};
const fillLegend = (groups, predictions, rows, members) => {
  const belongs = (name, row) => (members.has(row) ? name === "front" : data.origins[data.origin[row]].name === name);
  const number = (name) => {
    const all = rows.filter((row) => belongs(name, row)).length, shown = groups[name].length;
    return shown === all ? all : `${shown} of ${all}`;
  };
  const entries = [["front", "diamond", "front-member", `the front (${number("front")})`]];
  for (const { name, label } of data.origins)
    if (data.origin.some((origin) => data.origins[origin].name === name))
      entries.push([name, ORIGIN[name], "front-" + name, `${label} (${number(name)})`]);
  if (predictions.rings) entries.push(["rings", "ring", "front-ring", "as predicted"]);
  if (predictions.forecast) entries.push(["forecast", null, "front-forecast", "the predicted front"]);
  if (data.baselines.some(({ values }) => state.x in values || state.y in values))
    entries.push(["baselines", null, "front-baseline", "what one would otherwise pick"]);
  const focused = document.activeElement && document.activeElement.dataset ? document.activeElement.dataset.group : null;
  legend.replaceChildren(...entries.map(([name, symbol, className, label]) =>
    make("button", { type: "button", id: "front-show-" + name, "data-group": name, "aria-pressed": String(visible(name)), "data-tip": MEANINGS[name] + "\nclick: " + (visible(name) ? "hide" : "show"), onclick: () => {
      state.hidden = visible(name) ? [...state.hidden, name] : state.hidden.filter((other) => other !== name);
      update();
    } }, draw("svg", { width: 20, height: 14, viewBox: "0 0 20 14", "aria-hidden": "true" },
      draw("path", { class: className, d: symbol ? SYMBOLS[symbol](10, 7) : "M1 7H19" })), label)));
  if (focused) legend.querySelector(`[data-group="${focused}"]`)?.focus();
};
