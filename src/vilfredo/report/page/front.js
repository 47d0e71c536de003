// The front, to be explored: networks by any two objectives. Without it the page shows a picture and a table.
(() => {
  "use strict";
  const source = document.getElementById("front-data");
  const host = document.getElementById("front-chart");
  if (!source || !host) return;

  const data = JSON.parse(source.textContent);
  const KEY = "vilfredo-front " + location.pathname;
  const REACH = 40; // pixels from which a symbol is pointed at
  const FAVOUR = 0.7; // a member of the front is nearer than it is
  const MARGIN = { left: 62, right: 14, top: 14, bottom: 46 };
  const names = Object.keys(data.objectives);
  const count = data.ids.length;
  const place = new Map(data.ids.map((id, index) => [id, index]));

  // ---- what is shown, kept while the page is loaded again ----
  const state = { x: data.x, y: data.y, log: {}, whole: false, zoom: null, hidden: [], id: data.start };
  try {
    Object.assign(state, JSON.parse(sessionStorage.getItem(KEY) || "{}"));
  } catch { /* a file may have no storage */ }
  for (const side of ["x", "y"]) if (!names.includes(state[side])) state[side] = data[side];
  if (!place.has(state.id)) state.id = data.start;
  const keep = () => {
    try { sessionStorage.setItem(KEY, JSON.stringify(state)); } catch { /* as above */ }
  };

  // ---- making elements: all texts as text ----
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

  // ---- numbers as people read them ----
  const trim = (value, digits) => String(Number(value.toPrecision(digits))).replace("-", "−");
  const scaled = (value, units, digits) => {
    const [unit, size] = units.find(([, least]) => Math.abs(value) >= least * 0.9995) || units[units.length - 1];
    return trim(value / size, digits) + (unit ? "\u00a0" + unit : "");
  };
  const SECONDS = [["h", 3600], ["min", 60], ["s", 1], ["ms", 1e-3], ["µs", 1e-6]];
  const COUNTS = [["G", 1e9], ["M", 1e6], ["k", 1e3], ["", 1]];
  const spell = (name, value, digits = 4) => {
    if (value === null || value === undefined) return "–";
    if (value === 0) return "0";
    const quantity = data.objectives[name].quantity;
    if (quantity === "seconds") return scaled(value, SECONDS, Math.min(digits, 3));
    if (quantity === "count") return scaled(value, COUNTS, 3).replace("\u00a0", "");
    return digits < 4 ? trim(value, digits) : value.toFixed(quantity === "fraction" ? 4 : 3);
  };
  const textOf = (index) => data.texts[index].replace(/'(\d+)'/g, (_, number) => "'" + data.names[number] + "'");

  // ---- fronts ----
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

  // ---- the frame ----
  const legend = make("div", { class: "front-legend", role: "group", "aria-label": "What is shown" });
  const svg = draw("svg", { tabindex: 0, role: "group", "aria-label": "The front; arrow keys walk along it" });
  const tip = make("div", { class: "tip front-tip", hidden: true, "aria-hidden": "true" });
  const plot = make("div", { class: "front-plot" }, svg, tip);
  const detail = make("aside", { class: "front-detail", "aria-label": "The network" });
  const spoken = make("p", { class: "front-spoken", "aria-live": "polite" });
  const outside = make("p", { class: "note" });
  const whole = make("button", { type: "button", class: "front-whole", onclick: () => {
    if (state.zoom) state.zoom = null; else state.whole = !state.whole;
    update();
  } });

  const chooser = (side) => {
    const select = make("select", { id: "front-" + side, onchange: () => choose(side, select.value) },
      ...names.map((name) => make("option", { value: name, selected: name === state[side] }, data.objectives[name].label)));
    const log = make("input", { type: "checkbox", id: "front-log-" + side, onchange: () => {
      state.log[state[side]] = log.checked;
      state.zoom = null;
      update();
    } });
    const words = side === "x" ? "to the right" : "upwards";
    return { select, log, label: make("div", { class: "front-axis" }, make("label", { for: "front-" + side }, words), select,
      make("label", { class: "front-log", for: "front-log-" + side }, log, "log scale")) };
  };
  const choose = (side, name) => {
    const other = side === "x" ? "y" : "x";
    if (state[other] === name) state[other] = state[side]; // the two change places
    state[side] = name;
    state.zoom = null;
    update();
  };
  const choosers = { x: chooser("x"), y: chooser("y") };
  host.append(
    make("div", { class: "front-controls" }, choosers.y.label, choosers.x.label),
    make("div", { class: "front-body" }, make("div", { class: "front-main" }, plot, legend, make("div", { class: "front-outside" }, outside, whole)), detail), spoken);

  // ---- scales ----
  const visible = (name) => !state.hidden.includes(name);
  const known = (name, value) => value !== null && value !== undefined && (!isLog(name) || value > 0);
  const isWithin = (name, value) => {
    const { floor, more } = data.objectives[name];
    return floor === null || (more ? value >= floor : value <= floor);
  };
  const logs = {};
  const isLog = (name) => (name in state.log ? state.log[name] : logs[name]);
  for (const name of names) {
    const shown = data.values[name].filter((value, index) => value !== null && isWithin(data.y, data.values[data.y][index]));
    const low = Math.min(...shown);
    logs[name] = data.objectives[name].quantity !== "fraction" && low > 0 && Math.max(...shown) > 10 * low;
  }
  const extent = (name, values, zoom) => {
    const log = isLog(name);
    if (zoom) return { low: zoom[0], high: zoom[1], log };
    let low = Infinity, high = -Infinity;
    for (const value of values) { if (value < low) low = value; if (value > high) high = value; }
    const to = (value) => (log ? Math.log(value) : value), from = (value) => (log ? Math.exp(value) : value);
    const pad = (to(high) - to(low)) * 0.05 || Math.abs(to(high)) * 0.05 || 1;
    return { low: from(to(low) - pad), high: from(to(high) + pad), log };
  };
  const scaleOf = (range, start, end) => {
    const to = (value) => (range.log ? Math.log(value) : value);
    const low = to(range.low), size = to(range.high) - low;
    const scale = (value) => start + ((to(value) - low) / size) * (end - start);
    scale.back = (pixel) => { const at = low + ((pixel - start) / (end - start)) * size; return range.log ? Math.exp(at) : at; };
    scale.has = (value) => value >= range.low && value <= range.high;
    return scale;
  };
  const ticksOf = (range, most) => {
    const found = [];
    if (range.log && range.high / range.low > 4) {
      for (const digits of [[1, 2, 5], [1, 3], [1]]) {
        found.length = 0;
        for (let power = Math.floor(Math.log10(range.low)); power <= Math.log10(range.high); power++)
          for (const digit of digits) {
            const value = Number(digit + "e" + power);
            if (value >= range.low && value <= range.high) found.push(value);
          }
        if (found.length <= most) return found;
      }
      return found.filter((_, index) => index % Math.ceil(found.length / most) === 0);
    }
    const rough = (range.high - range.low) / most, power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= rough * 0.999);
    for (let k = Math.ceil(range.low / step); k * step <= range.high; k++) found.push(Number((k * step).toPrecision(12)));
    return found;
  };

  // ---- the picture ----
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
    MARGIN.left = 34 + 7 * Math.max(...yTicks(rangeY, height).map((value) => spell(y, value, 3).length));
    const toX = scaleOf(rangeX, MARGIN.left, width - MARGIN.right), toY = scaleOf(rangeY, height - MARGIN.bottom, MARGIN.top);
    const drawn = rows.filter((row) => toX.has(xs[row]) && toY.has(ys[row]));
    const groups = { front: [], ...Object.fromEntries(data.origins.map(({ name }) => [name, []])) };
    for (const row of drawn) groups[members.has(row) ? "front" : data.origins[data.origin[row]].name].push(row);
    const at = (row) => [round(toX(xs[row])), round(toY(ys[row]))];
    const dense = drawn.length > DENSE;
    svg.classList.toggle("dense", dense);
    const path = (own, symbol) => own.map((row) => SYMBOLS[symbol](...at(row), dense && symbol !== "diamond" ? 2 : undefined)).join("");

    const layer = draw("g", { "clip-path": "url(#front-clip)" });
    const add = (group, className, d) => { if (visible(group) && d) layer.append(draw("path", { class: className, d })); };
    for (const { name } of data.origins) add(name, "front-" + name, path(groups[name], ORIGIN[name]));
    const baselines = drawBaselines(layer, toX, toY, width, height);
    const predictions = drawPredictions(add, front, toX, toY, xs, ys);
    const steps = front.filter((row) => known(x, xs[row])).map((row) => [toX(xs[row]), toY(ys[row])]);
    add("front", "front-line", staircase(steps, width, height));
    add("front", "front-member", path(groups.front, "diamond"));
    svg.replaceChildren(
      draw("defs", {}, draw("clipPath", { id: "front-clip" }, draw("rect", {
        x: MARGIN.left, y: MARGIN.top - 8, width: width - MARGIN.left - MARGIN.right + 8, height: height - MARGIN.top - MARGIN.bottom + 8 }))),
      axes(rangeX, rangeY, toX, toY, width, height), layer, draw("g", { class: "front-marked" }), draw("rect", { class: "front-box", hidden: true }));
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.setAttribute("width", width);
    svg.setAttribute("height", height);

    const hit = drawn.filter((row) => visible(members.has(row) ? "front" : data.origins[data.origin[row]].name));
    const points = hit.map((row) => [...at(row), row]).sort((a, b) => a[0] - b[0]);
    seen = { toX, toY, points, members, front, width, height };
    const lost = rows.length - drawn.length;
    outside.textContent = [
      lost ? `${lost} of ${rows.length} networks lie outside of what is shown.` : "",
      baselines.length ? `So ${baselines.length === 1 ? "does" : "do"} ${baselines.join(", ")}.` : "",
    ].filter(Boolean).join(" ").replace(/^So does? /, "Outside of what is shown: ");
    outside.hidden = !outside.textContent;
    whole.hidden = !state.zoom && !cut.length;
    whole.textContent = state.zoom ? "undo the zoom" : state.whole ? "show what is of interest" : "show all networks";
    fillLegend(groups, predictions);
    mark();
  };

  const staircase = (steps, width, height) => {
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

  const drawPredictions = (add, front, toX, toY, xs, ys) => {
    const { x, y } = state, px = data.predicted[x], py = data.predicted[y], there = { rings: false, forecast: false };
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
      add("forecast", "front-forecast", staircase(rows.map((row) => [toX(fx[row]), toY(fy[row])]), seenWidth(), 0));
      there.forecast = rows.length > 0;
    }
    return there;
  };
  const seenWidth = () => Math.max(plot.clientWidth, 240);

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
      if (hasX && hasY) labels.push([px + 9, py + 4, px > width * 0.7 ? "end" : "start", name, px > width * 0.7 ? -18 : 0]);
      else labels.push(hasY ? [width - MARGIN.right - 4, py - 4, "end", name, 0] : [px + 4, MARGIN.top + 10, "start", name, 0]);
    }
    labels.sort((a, b) => a[1] - b[1]);
    labels.forEach((label, index) => {
      const before = labels[index - 1];
      if (before && Math.abs(label[1] - before[1]) < 13 && label[2] === before[2]) label[1] = before[1] + 13;
      layer.append(draw("text", { class: "front-name", x: label[0] + label[4], y: label[1], "text-anchor": label[2] }, label[3]));
    });
    return missing;
  };

  const yTicks = (range, height) => ticksOf(range, Math.max(3, Math.round(height / 60)));
  const axes = (rangeX, rangeY, toX, toY, width, height) => {
    const group = draw("g", { class: "front-axes" }), bottom = height - MARGIN.bottom, right = width - MARGIN.right;
    for (const value of yTicks(rangeY, height)) {
      const py = round(toY(value));
      group.append(draw("path", { class: "front-grid", d: `M${MARGIN.left} ${py}H${right}` }),
        draw("text", { x: MARGIN.left - 7, y: py + 4, "text-anchor": "end" }, spell(state.y, value, 3)));
    }
    for (const value of ticksOf(rangeX, Math.max(3, Math.round(width / 72)))) {
      const px = round(toX(value));
      group.append(draw("path", { class: "front-grid", d: `M${px} ${MARGIN.top}V${bottom}` }),
        draw("text", { x: px, y: bottom + 17, "text-anchor": "middle" }, spell(state.x, value, 3)));
    }
    const side = (name, more, less) => data.objectives[name].label + (data.objectives[name].more ? ` (better ${more})` : ` (better ${less})`);
    group.append(
      draw("path", { class: "front-frame", d: `M${MARGIN.left} ${MARGIN.top}V${bottom}H${right}` }),
      draw("text", { class: "front-title", x: (MARGIN.left + right) / 2, y: height - 6, "text-anchor": "middle" }, side(state.x, "→", "←")),
      draw("text", { class: "front-title", transform: `translate(13 ${(MARGIN.top + bottom) / 2}) rotate(-90)`, "text-anchor": "middle" }, side(state.y, "→", "←")));
    return group;
  };

  const fillLegend = (groups, predictions) => {
    const entries = [["front", "diamond", "front-member", `the front (${groups.front.length})`]];
    for (const { name, label } of data.origins)
      if (data.origin.some((origin) => data.origins[origin].name === name))
        entries.push([name, ORIGIN[name], "front-" + name, `${label} (${groups[name].length})`]);
    if (predictions.rings) entries.push(["rings", "ring", "front-ring", "as predicted"]);
    if (predictions.forecast) entries.push(["forecast", null, "front-forecast", "the predicted front"]);
    if (data.baselines.some(({ values }) => state.x in values || state.y in values))
      entries.push(["baselines", null, "front-baseline", "what one would otherwise pick"]);
    const focused = document.activeElement && document.activeElement.dataset ? document.activeElement.dataset.group : null;
    legend.replaceChildren(...entries.map(([name, symbol, className, label]) =>
      make("button", { type: "button", "data-group": name, "aria-pressed": String(visible(name)), title: "show or hide", onclick: () => {
        state.hidden = visible(name) ? [...state.hidden, name] : state.hidden.filter((other) => other !== name);
        update();
      } }, draw("svg", { width: 20, height: 14, viewBox: "0 0 20 14", "aria-hidden": "true" },
        draw("path", { class: className, d: symbol ? SYMBOLS[symbol](10, 7) : "M1 7H19" })), label)));
    if (focused) legend.querySelector(`[data-group="${focused}"]`)?.focus();
  };

  // ---- one network ----
  const originWords = {
    search: "expected to be good",
    exploration: "tried to learn more about a part of the space",
    bootstrap: "one of the first, before anything was known",
  };
  const show = (row, pinned) => {
    const id = data.ids[row], member = seen.members.has(row), origin = data.origins[data.origin[row]].name;
    const facts = make("dl", {});
    for (const name of names) {
      const value = data.values[name][row], forecast = data.predicted[name] ? data.predicted[name][row] : null;
      facts.append(make("dt", { class: name === state.x || name === state.y ? "shown" : null, title: data.objectives[name].label }, data.objectives[name].short),
        make("dd", {}, spell(name, value), forecast === null ? null : make("small", {}, ` predicted ${spell(name, forecast)}`)));
    }
    const drawing = document.getElementById("cell-" + id)?.querySelector("svg")?.cloneNode(true) || null;
    if (drawing) { drawing.classList.add("front-drawing"); drawing.setAttribute("aria-hidden", "true"); }
    const size = data.steps[row];
    detail.replaceChildren(
      make("h4", {}, `Network ${id}`),
      make("p", { class: "note" }, `${member ? "on the front" : "beaten by others"}; ${size} ${size === 1 ? data.unit.replace(/s$/, "") : data.unit}; ${originWords[origin]}`),
      facts, make("p", { class: "mono front-text" }, textOf(row)), ...(drawing ? [drawing, make("a", { href: "#cell-" + id }, "the drawing, large")] : []));
    detail.dataset.network = id;
    if (pinned) spoken.textContent = `Network ${id}: ${[state.y, state.x].map((name) => `${data.objectives[name].short} ${spell(name, data.values[name][row])}`).join(", ")}`;
  };

  const mark = (hovered = null) => {
    const rows = [...new Set([place.get(state.id), hovered].filter((row) => row !== null && row !== undefined))];
    const group = svg.querySelector(".front-marked");
    group.replaceChildren();
    for (const row of rows) {
      const vx = data.values[state.x][row], vy = data.values[state.y][row];
      if (!known(state.x, vx) || !known(state.y, vy) || !seen.toX.has(vx) || !seen.toY.has(vy)) continue;
      group.append(draw("circle", { class: row === hovered ? "front-hovered" : "front-chosen", cx: round(seen.toX(vx)), cy: round(seen.toY(vy)), r: 9 }));
    }
    for (const line of document.querySelectorAll("[data-network].marked")) line.classList.remove("marked");
    const shown = hovered === null ? place.get(state.id) : hovered;
    document.querySelector(`tr[data-network="${data.ids[shown]}"]`)?.classList.add("marked");
    tip.hidden = hovered === null;
    if (hovered !== null) placeTip(hovered);
    show(shown, false);
  };
  const placeTip = (row) => {
    const both = [state.y, state.x].map((name) => `${data.objectives[name].short} ${spell(name, data.values[name][row])}`);
    tip.textContent = `network ${data.ids[row]}\n${both.join("\n")}`;
    const px = seen.toX(data.values[state.x][row]), py = seen.toY(data.values[state.y][row]);
    tip.style.left = Math.max(0, Math.min(px + 14, seen.width - tip.offsetWidth)) + "px";
    if (px + 14 + tip.offsetWidth > seen.width) tip.style.left = Math.max(0, px - 14 - tip.offsetWidth) + "px";
    tip.style.top = Math.max(0, Math.min(py - tip.offsetHeight / 2, seen.height - tip.offsetHeight)) + "px";
  };
  const pin = (row) => {
    state.id = data.ids[row];
    keep();
    mark();
    show(row, true);
  };

  // ---- pointing ----
  const nearest = (px, py) => {
    const { points, members } = seen;
    let low = 0, high = points.length;
    while (low < high) { const middle = (low + high) >> 1; if (points[middle][0] < px) low = middle + 1; else high = middle; }
    let best = REACH, found = null;
    const consider = ([x, y, row]) => {
      const distance = Math.hypot(x - px, y - py) * (members.has(row) ? FAVOUR : 1);
      if (distance < best) { best = distance; found = row; }
    };
    for (let k = low; k < points.length && (points[k][0] - px) * FAVOUR < best; k++) consider(points[k]);
    for (let k = low - 1; k >= 0 && (px - points[k][0]) * FAVOUR < best; k--) consider(points[k]);
    return found;
  };
  const pixel = (event) => {
    const box = svg.getBoundingClientRect();
    return [((event.clientX - box.left) * seen.width) / box.width, ((event.clientY - box.top) * seen.height) / box.height];
  };
  let drag = null, moved = null;
  svg.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch" || event.button !== 0) return;
    drag = { from: pixel(event), on: false };
  });
  svg.addEventListener("pointermove", (event) => {
    if (event.pointerType === "touch") return;
    const [px, py] = pixel(event);
    if (drag && (drag.on || Math.hypot(px - drag.from[0], py - drag.from[1]) > 6)) {
      if (!drag.on) { drag.on = true; svg.setPointerCapture(event.pointerId); mark(); }
      const box = svg.querySelector(".front-box");
      box.removeAttribute("hidden");
      fill(box, { x: Math.min(px, drag.from[0]), y: Math.min(py, drag.from[1]), width: Math.abs(px - drag.from[0]), height: Math.abs(py - drag.from[1]) }, []);
      return;
    }
    const row = nearest(px, py);
    if (row !== moved) { moved = row; mark(row); }
  });
  svg.addEventListener("pointerleave", (event) => {
    if (event.pointerType !== "touch" && !drag?.on) { moved = null; mark(); }
  });
  svg.addEventListener("pointerup", (event) => {
    const was = drag;
    drag = null;
    if (!was || !was.on) return;
    was.done = true;
    const [px, py] = pixel(event), { toX, toY } = seen;
    if (Math.abs(px - was.from[0]) < 8 || Math.abs(py - was.from[1]) < 8) { svg.querySelector(".front-box").setAttribute("hidden", ""); return; }
    const order = (a, b) => a - b;
    state.zoom = { x: [toX.back(px), toX.back(was.from[0])].sort(order), y: [toY.back(py), toY.back(was.from[1])].sort(order) };
    dragged = true;
    update();
  });
  let dragged = false;
  svg.addEventListener("pointercancel", () => { drag = null; });
  svg.addEventListener("click", (event) => {
    if (dragged) { dragged = false; return; }
    const row = nearest(...pixel(event));
    if (row !== null) pin(row);
  });
  svg.addEventListener("dblclick", () => { state.zoom = null; update(); });
  svg.addEventListener("keydown", (event) => {
    const walk = seen.front.filter((row) => seen.toX.has(data.values[state.x][row]) && seen.toY.has(data.values[state.y][row]));
    if (!walk.length) return;
    const here = walk.indexOf(place.get(state.id));
    const next = { ArrowRight: Math.min(here + 1, walk.length - 1), ArrowLeft: here < 0 ? 0 : Math.max(here - 1, 0), Home: 0, End: walk.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    pin(walk[next]);
  });

  // ---- the table beside it ----
  for (const line of document.querySelectorAll("tr[data-network]")) {
    const row = place.get(Number(line.dataset.network));
    if (row === undefined) continue;
    const link = line.querySelector("a");
    if (link && !document.querySelector(link.getAttribute("href"))) link.removeAttribute("href");
    line.addEventListener("mouseenter", () => mark(row));
    line.addEventListener("mouseleave", () => mark());
    line.addEventListener("click", (event) => { if (!event.target.closest("a[href]")) pin(row); });
  }

  const update = () => {
    keep();
    for (const side of ["x", "y"]) {
      choosers[side].select.value = state[side];
      choosers[side].log.checked = Boolean(isLog(state[side]));
      choosers[side].log.disabled = !(Math.min(...data.values[state[side]].filter((value) => value !== null)) > 0);
    }
    moved = null;
    render();
  };
  let width = 0;
  new ResizeObserver(() => {
    if (plot.clientWidth !== width) { width = plot.clientWidth; render(); }
  }).observe(plot);
  update();
})();
