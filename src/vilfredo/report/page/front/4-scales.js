// From values to pixels and back; which part is of interest; where the ticks are.
const visible = (name) => !state.hidden.includes(name);
const known = (name, value) => value !== null && value !== undefined && (!isLog(name) || value > 0);
const isWithin = (name, value) => {
  const { floor, more } = data.objectives[name];
  return floor === null || (more ? value >= floor : value <= floor);
};
const logs = {};
const isPositive = Object.fromEntries(names.map((name) => [name, data.values[name].every((value) => value === null || value > 0)]));
const isLog = (name) => isPositive[name] && (name in state.log ? state.log[name] : logs[name]);
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
// Round values, from many to few; of times as clocks have them.
const DIGITS = [[1, 2, 5], [1, 3], [1]];
const CLOCK = [
  [1, 2, 5, 10, 20, 60, 120, 300, 600, 1200, 3600, 7200, 18000, 36000],
  [1, 3, 10, 30, 60, 180, 600, 1800, 3600, 10800, 36000],
  [1, 10, 60, 600, 3600, 36000],
];
const rungs = (range, quantity, rank) => {
  const found = [];
  for (let power = Math.floor(Math.log10(range.low)); power <= Math.log10(range.high); power++)
    for (const digit of DIGITS[rank]) found.push(Number(digit + "e" + power));
  const all = quantity === "seconds" ? [...found.filter((value) => value < 1), ...CLOCK[rank]] : found;
  return all.filter((value) => value >= range.low && value <= range.high);
};
const evenSteps = (low, high, most) => {
  const rough = (high - low) / most, power = 10 ** Math.floor(Math.log10(rough)), found = [];
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= rough * 0.999);
  for (let k = Math.ceil(low / step); k * step <= high; k++) found.push(Number((k * step).toPrecision(12)));
  return found;
};
// Round numbers: with all their digits they are short, and told apart however far one zooms in.
const ticksOf = (name, range, most) => {
  const quantity = data.objectives[name].quantity;
  const units = quantity === "seconds" ? SECONDS : quantity === "count" ? COUNTS : [["", 1]];
  const text = (value, own) => (value === 0 ? "0" : quantity === "count" ? scaled(value, own, 9).replace("\u00a0", "") : scaled(value, own, 9));
  if (range.log && range.high / range.low > 4) {
    const found = DIGITS.map((_, rank) => rungs(range, quantity, rank)), fitting = found.find((values) => values.length <= most);
    const values = fitting || found[2].filter((_, index) => index % Math.ceil(found[2].length / most) === 0);
    if (values.length > 2) return values.map((value) => ({ value, text: text(value, units) }));
  }
  // All times of an axis in the unit of which its end has two: steps are round in that one.
  const unit = quantity === "seconds" && (SECONDS.find(([, size]) => range.high >= (size > 1 ? 2 * size : size)) || SECONDS[SECONDS.length - 1]);
  const size = unit ? unit[1] : 1;
  return evenSteps(range.low / size, range.high / size, most)
    .map((value) => ({ value: value * size, text: unit ? text(value * size, [unit]) : text(value, units) }));
};
