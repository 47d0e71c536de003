// A page that is served follows the search: it is loaded again when there is news, and stays where one was reading.
(() => {
  "use strict";
  const moment = document.documentElement.dataset.live;
  if (!moment) return;
  const KEY = "vilfredo-place";
  const folds = () => [...document.querySelectorAll("details")];
  const nameOf = (fold) => (fold.querySelector("summary") || fold).textContent.trim();
  const landmarks = () => [...document.querySelectorAll("main [id]")].filter((one) => one.matches("section, figure"));

  const keep = () => {
    const above = landmarks().filter((one) => one.getBoundingClientRect().top <= 1).pop();
    const place = {
      at: above ? above.id : null,
      offset: above ? above.getBoundingClientRect().top : -scrollY,
      folds: folds().map((fold) => [nameOf(fold), fold.open]),
      focus: document.activeElement ? document.activeElement.id : "",
    };
    try { sessionStorage.setItem(KEY, JSON.stringify(place)); } catch { /* then one begins at the top */ }
  };
  const restore = () => {
    let place = null;
    try { place = JSON.parse(sessionStorage.getItem(KEY)); } catch { /* as above */ }
    if (!place) return;
    const open = new Map(place.folds);
    for (const fold of folds()) if (open.has(nameOf(fold))) fold.open = open.get(nameOf(fold));
    const above = place.at && document.getElementById(place.at);
    const top = above ? scrollY + above.getBoundingClientRect().top - place.offset : -place.offset;
    scrollTo({ top, behavior: "instant" });
    if (place.focus) document.getElementById(place.focus)?.focus({ preventScroll: true });
  };
  if ("scrollRestoration" in history) history.scrollRestoration = "manual";
  if (!location.hash || performance.getEntriesByType("navigation")[0]?.type === "reload") restore();
  addEventListener("pagehide", keep);

  const lost = document.createElement("p");
  lost.className = "note warn";
  const tell = (words) => {
    lost.textContent = `${words} It shows the last that was seen.`;
    document.querySelector("header").append(lost);
  };
  const isBusy = () => document.querySelector(":active") !== null || String(getSelection()) !== "" || document.hidden;
  let wait = 1;
  const look = async () => {
    try {
      const answer = await fetch("/state", { cache: "no-store" });
      const state = await answer.json();
      if (!state.moment) throw new Error("another program");
      if (!state.there) tell("The folder of this run is gone.");
      else lost.remove();
      if (state.there && state.moment !== moment && !isBusy()) {
        location.reload();
        return;
      }
      wait = state.moment !== moment ? 1 : state.seconds;
    } catch {
      tell("This page is not followed any more: vilfredo watch has ended.");
    }
    setTimeout(look, wait * 1000);
  };
  setTimeout(look, wait * 1000);
})();
