// Any element with data-tip shows that text to who points at it, focuses it or taps it; never as markup.
(() => {
  "use strict";
  const GAP = 10, EDGE = 6;
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.id = "tip";
  tip.setAttribute("role", "tooltip");
  tip.hidden = true;
  tip.style.position = "fixed";
  document.body.append(tip);
  let shown = null;

  const owner = (event) => (event.target instanceof Element ? event.target.closest("[data-tip]") : null);
  const show = (element) => {
    if (element === shown) return;
    hide();
    shown = element;
    tip.textContent = element.dataset.tip;
    tip.hidden = false;
    element.setAttribute("aria-describedby", tip.id);
    const box = element.getBoundingClientRect(), width = tip.offsetWidth, height = tip.offsetHeight;
    const left = box.left + box.width / 2 - width / 2;
    const above = box.top - GAP - height;
    tip.style.left = Math.max(EDGE, Math.min(left, document.documentElement.clientWidth - width - EDGE)) + "px";
    tip.style.top = Math.max(EDGE, above >= EDGE ? above : Math.min(box.bottom + GAP, innerHeight - height - EDGE)) + "px";
  };
  const hide = () => {
    if (!shown) return;
    shown.removeAttribute("aria-describedby");
    shown = null;
    tip.hidden = true;
  };

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    const element = owner(event);
    if (element) show(element); else hide();
  });
  document.documentElement.addEventListener("pointerleave", (event) => { if (event.pointerType !== "touch") hide(); });
  document.addEventListener("focusin", (event) => { const element = owner(event); if (element) show(element); else hide(); });
  // Not a click: some browsers make none of a tap on what isn't a button. One that scrolls ends as a cancelled pointer.
  document.addEventListener("pointerup", (event) => {
    if (event.pointerType !== "touch") return;
    const element = owner(event);
    if (element) show(element); else hide();
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
  addEventListener("scroll", hide, { passive: true, capture: true });
})();
