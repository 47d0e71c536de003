// Pointing at networks, by mouse, finger and keys, in the chart and in the table; zooming.
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
let drag = null, moved = null, dragged = false;
const letGo = () => {
  drag = null;
  svg.querySelector(".front-box").setAttribute("hidden", "");
};
svg.addEventListener("pointerdown", (event) => {
  dragged = false;
  if (event.pointerType === "touch" || event.button !== 0) return;
  drag = { from: pixel(event), on: false };
});
svg.addEventListener("pointermove", (event) => {
  if (event.pointerType === "touch") return;
  if (drag && !event.buttons) letGo(); // it was, elsewhere
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
  letGo();
  if (!was || !was.on) return;
  const { toX, toY, width, height } = seen, [left, top] = pixel(event);
  const px = Math.min(Math.max(left, MARGIN.left), width - MARGIN.right), py = Math.min(Math.max(top, MARGIN.top), height - MARGIN.bottom);
  if (Math.abs(px - was.from[0]) < 8 || Math.abs(py - was.from[1]) < 8) return;
  const between = (one, other) => [Math.min(one, other), Math.max(one, other)];
  const zoom = { x: between(toX.back(px), toX.back(was.from[0])), y: between(toY.back(py), toY.back(was.from[1])) };
  dragged = true;
  if ([zoom.x, zoom.y].some(([low, high]) => high - low < CLOSEST * Math.max(Math.abs(low), Math.abs(high)))) return;
  state.zoom = zoom;
  update();
});
svg.addEventListener("pointercancel", letGo);
svg.addEventListener("click", (event) => {
  if (dragged) { dragged = false; return; }
  const row = nearest(...pixel(event));
  if (row !== null) pin(row);
});
svg.addEventListener("dblclick", () => { state.zoom = null; update(); });
svg.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return; // the browser's own
  const walk = seen.front.filter((row) => seen.toX.has(data.values[state.x][row]) && seen.toY.has(data.values[state.y][row]));
  if (!walk.length) return;
  const here = walk.indexOf(place.get(state.id));
  const next = { ArrowRight: Math.min(here + 1, walk.length - 1), ArrowLeft: here < 0 ? 0 : Math.max(here - 1, 0), Home: 0, End: walk.length - 1 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  pin(walk[next]);
});

// The table beside the chart.
for (const line of document.querySelectorAll("tr[data-network]")) {
  const row = place.get(Number(line.dataset.network));
  if (row === undefined) continue;
  const link = line.querySelector("a");
  if (link && !document.querySelector(link.getAttribute("href"))) link.removeAttribute("href");
  line.addEventListener("mouseenter", () => mark(row));
  line.addEventListener("mouseleave", () => mark());
  line.addEventListener("click", (event) => { if (!event.target.closest("a[href]")) pin(row); });
}
