// A machine's numbers as charts over one axis of time, and its states as a ribbon in the colours of
// a stack light, with their names.
const place = document.getElementById("signals");
const said = document.getElementById("signals-said");
const words = JSON.parse(place.dataset.words);
const STATES = ["unknown", "off", "fault", "idle", "setup", "paused", "running"];
const HEIGHT = { states: 96, numbers: 240 };
const FONT = '13px "Pretendard Variable", system-ui, sans-serif';
const charts = [];

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

// 24 hours everywhere, and the day below the first hour of it.
const DAY = "\n{MM}/{DD}";
const TIMES = [
  [86400, "{MM}/{DD}", null, null, null, null, null, null, 1],
  [60, "{HH}:{mm}", DAY, null, DAY, null, null, null, 1],
  [1, "{HH}:{mm}:{ss}", DAY, null, DAY, null, null, null, 1],
];

function axes(values, size) {
  const drawn = { font: FONT, stroke: colour("--g-ink"),
    grid: { stroke: colour("--g-line"), width: 1 }, ticks: { stroke: colour("--g-line") } };
  return [{ ...drawn, values: TIMES }, { ...drawn, size, ...(values ?? {}) }];
}

function time() {
  return { label: words.time, value: "{YYYY}-{MM}-{DD} {HH}:{mm}:{ss}" };
}

// The lines of the form on the side, which move as they are typed.
function limits() {
  return [...document.querySelectorAll("#limits [data-line]")].map(
    (input) => ({ at: Number(input.value), name: input.dataset.line }));
}

function withLines(chart) {
  const { ctx, bbox } = chart;
  for (const { at, name } of limits()) {
    const y = chart.valToPos(at, "y", true);
    if (!(y >= bbox.top && y <= bbox.top + bbox.height)) continue;
    ctx.save();
    ctx.strokeStyle = colour("--g-fault");
    ctx.fillStyle = colour("--g-ink");
    ctx.setLineDash([8 * devicePixelRatio, 5 * devicePixelRatio]);
    ctx.lineWidth = 2 * devicePixelRatio;
    ctx.font = `${13 * devicePixelRatio}px "Pretendard Variable", sans-serif`;
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.textAlign = "left";
    ctx.textBaseline = "alphabetic";
    ctx.fillText(name, bbox.left + 6 * devicePixelRatio, y - 5 * devicePixelRatio);
    ctx.restore();
  }
}

function options(title, height, more) {
  return {
    title,
    width: place.clientWidth,
    height,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), place.dataset.zone),
    cursor: { sync: { key: "signals" }, drag: { x: true, y: false } },
    legend: { live: true },
    ...more,
  };
}

// A state's colour as on a stack light; what is not known is hatched.
const LIGHTS = { off: "--g-line", idle: "--g-rest", setup: "--g-setup",
  paused: "--g-paused", fault: "--g-fault", running: "--g-running" };

function hatch(ctx) {
  const tile = Object.assign(document.createElement("canvas"), { width: 8, height: 8 });
  const pen = tile.getContext("2d");
  pen.fillStyle = colour("--g-taken");
  pen.fillRect(0, 0, 8, 8);
  pen.strokeStyle = colour("--g-hatch");
  pen.stroke(new Path2D("M-2,2 L2,-2 M0,8 L8,0 M6,10 L10,6"));
  return ctx.createPattern(tile, "repeat");
}

// Fill the ribbon's states from one instant to the next.
function withRibbon(chart, states) {
  const { ctx, bbox } = chart;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const one of states) {
    const [from, to] = [one.start, one.end].map(
      (at) => chart.valToPos(Date.parse(at) / 1000, "x", true));
    ctx.fillStyle = LIGHTS[one.state] ? colour(LIGHTS[one.state]) : hatch(ctx);
    ctx.fillRect(from, bbox.top, Math.max(to - from, devicePixelRatio), bbox.height);
  }
  ctx.restore();
}

function ofStates(states, bounds) {
  const at = [bounds[0]];
  const level = [null];
  for (const one of states) {
    at.push(Math.max(Date.parse(one.start) / 1000, bounds[0]),
      Math.min(Date.parse(one.end) / 1000, bounds[1]));
    level.push(STATES.indexOf(one.state), STATES.indexOf(one.state));
  }
  at.push(bounds[1]);
  level.push(null);
  const named = (index) => words.states[STATES[index]] ?? "";
  const [x, y] = axes({ values: (_, splits) => splits.map(() => "") }, 84);
  const more = {
    scales: { y: { range: [-0.5, STATES.length - 0.5] } },
    axes: [x, { ...y, grid: { show: false }, ticks: { show: false } }],
    series: [time(), { label: words.state, stroke: "transparent",
      points: { show: false }, value: (_, index) => (index == null ? "" : named(index)) }],
    hooks: { draw: [(chart) => withRibbon(chart, states)] },
  };
  const chart = new uPlot(options(words.state, HEIGHT.states, more), [at, level], place);
  place.append(keyOf(new Set(states.map((one) => one.state))));
  return chart;
}

// What the ribbon's colours mean, in words.
function keyOf(shown) {
  const key = document.createElement("p");
  key.className = "state-key small";
  for (const state of STATES.filter((one) => shown.has(one))) {
    const one = document.createElement("span");
    one.className = `state-key-one is-${state}`;
    one.textContent = words.states[state];
    key.append(one);
  }
  return key;
}

// A null within each stretch in which nothing was heard: no line leads over it. Nulls at both ends
// let every chart show the span that was asked for, so that what belongs together lies together.
function withGaps(one, silent, bounds) {
  const { at } = one;
  const found = silent.filter(([start, end]) => {
    const after = at.findIndex((moment) => moment > start);
    return after > 0 && at[after] >= end;
  }).map(([start, end]) => (start + end) / 2);
  if (!(at[0] <= bounds[0])) found.push(bounds[0]);
  if (!(at.at(-1) >= bounds[1])) found.push(bounds[1]);
  const order = [...at, ...found].map((moment, index) => [moment, index])
    .sort((a, b) => a[0] - b[0]);
  const sorted = (list) => order.map(([, index]) => list[index] ?? null);
  return { at: order.map(([moment]) => moment), least: sorted(one.least), most: sorted(one.most) };
}

function ofNumbers(channel, list, isReduced, bounds, silent) {
  const heard = list.map((one) => withGaps(one, silent, bounds));
  const data = uPlot.join(
    heard.map((one) => (isReduced ? [one.at, one.least, one.most] : [one.at, one.least])));
  const series = [time()];
  const bands = [];
  list.forEach((one) => {
    const stroke = colour("--g-brand");
    const label = [words.channels[channel], one.part].filter(Boolean).join(" ");
    const line = { stroke, width: 1.5, points: { show: false } };
    series.push({ ...line, label });
    if (isReduced) {
      series.push({ ...line, label: "↑" });
      bands.push({ series: [series.length - 1, series.length - 2], fill: colour("--g-own") });
    }
  });
  const isPower = channel === "power_watts";
  const range = (_, low, high) => [Math.min(0, low ?? 0),
    Math.max(1, high ?? 1, ...(isPower ? limits().map((line) => line.at) : [])) * 1.05];
  const more = {
    scales: { y: { range } },
    axes: axes(undefined, 84),
    series,
    bands,
    hooks: isPower ? { draw: [withLines] } : {},
  };
  return new uPlot(options(words.channels[channel] ?? channel, HEIGHT.numbers, more), data, place);
}

function say(text) {
  said.textContent = text;
}

async function draw() {
  say(place.dataset.loading);
  const answer = await fetch(place.dataset.href, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(answer.statusText);
  const told = await answer.json();
  // A canvas does not wait for its letters: they come in parts, by what is written.
  await document.fonts.load(FONT, place.dataset.words);
  const begun = performance.now();
  const own = place.dataset.source;
  const series = told.series.filter((one) => !own || one.source === own);
  const asked = new URL(place.dataset.href, location.href).searchParams;
  const bounds = [Date.parse(asked.get("from")) / 1000, Date.parse(asked.get("to")) / 1000];
  if (told.states.length && !own) charts.push(ofStates(told.states, bounds));
  const channels = [...new Set(series.map((one) => one.channel))]
    .filter((name) => !own || name === "power_watts");
  const silent = told.states.filter((one) => one.state === "unknown")
    .map((one) => [one.start, one.end].map((moment) => Date.parse(moment) / 1000));
  for (const channel of channels) {
    const ofChannel = series.filter((one) => one.channel === channel);
    charts.push(ofNumbers(channel, ofChannel, told.is_reduced, bounds, silent));
  }
  place.dataset.points = String(series.reduce((sum, one) => sum + one.at.length, 0));
  place.dataset.took = String(Math.round(performance.now() - begun));
  const shown = [told.is_reduced ? place.dataset.reduced : "", place.dataset.shown];
  say(charts.length === 0 ? place.dataset.none : shown.filter(Boolean).join(" "));
}

document.getElementById("limits")?.addEventListener("input", () => {
  for (const chart of charts) chart.redraw(false, true);
});
new ResizeObserver(() => {
  for (const chart of charts) {
    if (chart.width === place.clientWidth) continue;
    chart.setSize({ width: place.clientWidth, height: chart.height });
  }
}).observe(place);
draw().catch(() => say(place.dataset.failed));
