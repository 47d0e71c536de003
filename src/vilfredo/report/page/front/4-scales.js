// From values to pixels and back; which part is of interest; where the ticks are.
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
