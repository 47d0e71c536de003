// What stays in place: the chart's frame, its controls, the legend's place and that of one network.
const legend = make("div", { class: "front-legend", role: "group", "aria-label": "What is shown" });
const svg = draw("svg", { id: "front-svg", tabindex: 0, role: "group", "aria-label": "The front; the left and right arrow keys walk along it" });
const tip = make("div", { class: "tip front-tip", hidden: true, "aria-hidden": "true" });
const plot = make("div", { class: "front-plot" }, svg, tip);
const detail = make("aside", { class: "front-detail", "aria-label": "The network" });
const spoken = make("p", { class: "front-spoken", "aria-live": "polite" });
const outside = make("p", { class: "note" });
const whole = make("button", { type: "button", id: "front-whole", class: "front-whole", onclick: () => {
  if (state.zoom) state.zoom = null; else state.whole = !state.whole;
  update();
} });

const chooser = (side) => {
  const select = make("select", { id: "front-" + side, onchange: () => choose(side, select.value) },
    ...names.map((name) => make("option", { value: name, selected: name === state[side] }, data.objectives[name].label)));
  const log = make("input", { type: "checkbox", id: "front-log-" + side, "aria-label": `log scale, ${side === "x" ? "horizontal" : "vertical"} axis`, onchange: () => {
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
  make("p", { class: "note front-hint" }, "Point at a symbol, or tap it, to see the network. ", make("span", { class: "front-mouse" }, "Drag a box with the mouse to come closer. "),
    "Rings are where members of the front were predicted to be; the dashed line is the front of all predictions; a dotted line with a name is a classifier that one would otherwise pick."),
  make("div", { class: "front-body" }, make("div", { class: "front-main" }, plot, legend, make("div", { class: "front-outside" }, outside, whole)), detail), spoken);
