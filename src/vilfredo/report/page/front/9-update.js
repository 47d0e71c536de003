// All is drawn, and again whenever something is chosen or the width changes.
const update = () => {
  keep();
  for (const side of ["x", "y"]) {
    choosers[side].select.value = state[side];
    choosers[side].log.checked = Boolean(isLog(state[side]));
    choosers[side].log.disabled = !isPositive[state[side]];
  }
  moved = null;
  render();
};
let width = 0;
new ResizeObserver(() => {
  if (plot.clientWidth !== width) { width = plot.clientWidth; render(); }
}).observe(plot);
update();
