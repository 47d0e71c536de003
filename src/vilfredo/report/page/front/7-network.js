// One network: what is said of it, and where it is marked.
const originWords = {
  search: "proposed by the search",
  expected: "expected to be good",
  exploration: "tried to learn more about a part of the space",
  bootstrap: "one of the first, before anything was known",
};
const show = (row, pinned) => {
  const id = data.ids[row], origin = data.origins[data.origin[row]].name;
  const compared = [state.x, state.y].every((name) => known(name, data.values[name][row]));
  const twin = seen.front.find((other) => [state.x, state.y].every((name) => data.values[name][other] === data.values[name][row]));
  const standing = !compared ? "not to be compared here"
    : twin === undefined ? "beaten by others"
    : twin === row ? "on the front" : `equal to network ${data.ids[twin]} on the front`;
  const isExpected = origin === "search" && Object.values(data.predicted).some((values) => values[row] !== null);
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
    make("p", { class: "note" }, `${standing}; ${size} ${size === 1 ? data.unit.replace(/s$/, "") : data.unit}; ${originWords[isExpected ? "expected" : origin]}`),
    facts, make("p", { class: "mono front-text" }, textOf(row)), ...(drawing ? [drawing, make("a", { href: "#cell-" + id }, "the drawing, large")] : [make("p", { class: "note" }, "Drawings on this page are of the front only. This network is drawn by"), make("p", { class: "mono front-text" }, `${data.draw} ${id}`)]));
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
