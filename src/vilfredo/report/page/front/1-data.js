// The front, to be explored: networks by any two objectives. Without it the page shows a picture and a table.
// The files of this folder are one script, in their order. Here: what there is, and what of it is shown.
const source = document.getElementById("front-data");
const host = document.getElementById("front-chart");
if (!source || !host) return;

const data = JSON.parse(source.textContent);
const KEY = `vilfredo-front ${location.pathname} ${document.title}`;
const REACH = 40; // pixels from which a symbol is pointed at
const CLOSEST = 1e-6; // of a value: numbers have six digits here
const FAVOUR = 0.7; // a member of the front is nearer than it is
const MARGIN = { left: 62, right: 14, top: 14, bottom: 46 };
const names = Object.keys(data.objectives);
const count = data.ids.length;
const place = new Map(data.ids.map((id, index) => [id, index]));

// Kept while the page is loaded again.
const state = { x: data.x, y: data.y, log: {}, whole: false, zoom: null, hidden: [], id: data.start };
try {
  Object.assign(state, JSON.parse(sessionStorage.getItem(KEY) || "{}"));
} catch { /* a file may have no storage */ }
for (const side of ["x", "y"]) if (!names.includes(state[side])) state[side] = data[side];
if (!place.has(state.id)) state.id = data.start;
const keep = () => {
  try { sessionStorage.setItem(KEY, JSON.stringify(state)); } catch { /* as above */ }
};
