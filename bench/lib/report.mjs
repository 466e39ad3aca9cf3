// The figures as rows: what, ours, ceiling, ratio or value, target, reached.
import { medians, milliseconds, number, ratios } from './figures.mjs';

const TARGETS = { sqlite: 0.6, postgres: 0.7, products: 0.5, idle: 20, start: 150, bytes: 2000,
  deliveryCpu: 8, idleSocket: 16, kitchen: 15, drained: 2000 };
const OLD_TARGETS = { sqlite: 0.7, postgres: 0.9 };
const ENGINES = [['sqlite', 'SQLite'], ['postgres', 'PostgreSQL']];
export const CEILINGS = { sqlite: 'group-commit loop', postgres: 'pgbench', products: 'nginx' };

const latency = (run) => `${milliseconds(run.p50)} / ${milliseconds(run.p99)}`;

const plural = (count, word) => `${count} ${word}${count === 1 ? '' : 's'}`;

function pairRow(key, what, point) {
  const ours = medians(point.ours), ceiling = medians(point.ceiling);
  const share = ratios(point.ours, point.ceiling);
  return {
    what, ours: number(ours.perSecond), oursLatency: latency(ours), ceiling: number(ceiling.perSecond),
    ceilingLatency: latency(ceiling), cpu: number(ours.serverCpu), ratio: number(share.median),
    range: point.ours.length > 1 ? `${number(share.least)}–${number(share.most)}` : '',
    target: `≥ ${TARGETS[key]}`, reached: share.median >= TARGETS[key],
  };
}

/** Rows of everything that is a ratio. */
export function ratioRows(measured) {
  const rows = [];
  for (const [engine, name] of ENGINES)
    for (const point of measured[engine]?.results ?? [])
      rows.push(pairRow(engine,
        `Sales/s, ${name}, ${plural(point.clients, 'client')}${point.outlets > 1 ? `, ${point.outlets} outlets` : ''}`, point));
  if (measured.products)
    rows.push(pairRow('products', `GET /products/s, ${number(measured.products.bytes)} bytes, 64 clients`, measured.products));
  return rows;
}

function peakRows(measured) {
  const rows = [];
  for (const [engine, name] of ENGINES) {
    const peaks = (measured[engine]?.results ?? []).flatMap((point) => point.ours.map((run) => run.peak));
    if (peaks.length) rows.push({ what: `Memory at most, selling, ${name}`, value: `${number(Math.max(...peaks), 1)} MB` });
  }
  return rows;
}

/** An old shop beside itself when it was young: the write rate as rows of a table of its own. */
export function oldRows(measured) {
  return ENGINES.filter(([engine]) => measured.million?.[engine]).map(([engine, name]) => {
    const { young, old, stored } = measured.million[engine];
    const share = ratios(old, young);
    return {
      what: `Sales/s, ${name}, 64 clients, ${number(stored, 0)} sales stored`,
      old: number(medians(old).perSecond), oldLatency: latency(medians(old)),
      young: number(medians(young).perSecond), youngLatency: latency(medians(young)),
      ratio: number(share.median), range: old.length > 1 ? `${number(share.least)}–${number(share.most)}` : '',
      target: `≥ ${OLD_TARGETS[engine]}`, reached: share.median >= OLD_TARGETS[engine],
    };
  });
}

/** What a day's questions take, old and young. */
export function questionRows(measured) {
  return ENGINES.filter(([engine]) => measured.million?.[engine]).flatMap(([engine, name]) => {
    const { young, old } = measured.million[engine].asked;
    return Object.keys(old).map((what) =>
      ({ what: `${what}, ${name}`, old: milliseconds(old[what]), young: milliseconds(young[what]) }));
  });
}

function sizeRows(measured) {
  return ENGINES.filter(([engine]) => measured.million?.[engine]).flatMap(([engine, name]) => {
    const { bytesASale, bytesStored } = measured.million[engine];
    const target = engine === 'sqlite' ? { target: `≤ ${TARGETS.bytes}`, reached: bytesASale <= TARGETS.bytes } : {};
    return [
      { what: `Bytes a sale on its day, all told, ${name}`, value: number(bytesASale, 0), ...target },
      { what: `Bytes a sale among them all (the event log keeps a week), ${name}`, value: number(bytesStored, 0) },
    ];
  });
}

/** Rows of everything else. */
export function valueRows(measured) {
  const own = measured.process;
  const rows = own ? [
    { what: 'Memory idle (1 s after the start, demo business)', value: `${number(own.idle, 1)} MB`,
      target: `≤ ${TARGETS.idle} MB`, reached: own.idle <= TARGETS.idle },
    { what: 'Cold start to the first healthy answer', value: `${number(own.start, 0)} ms`,
      target: `≤ ${TARGETS.start} ms`, reached: own.start <= TARGETS.start },
    { what: 'Binary, stripped', value: `${number(own.binary, 2)} MB` },
  ] : [];
  return [...rows, ...peakRows(measured), ...sizeRows(measured), ...screenRows(measured)];
}

/** Rows of rooms: ours beside Node's socket.io. */
export function roomRows(measured) {
  return (measured.sockets?.deliveries ?? []).map(({ sockets, ours, ceiling }) => {
    const [own, node] = [medians(ours), medians(ceiling)];
    return {
      what: `Deliveries/s, ${number(sockets, 0)} sockets in one room`, ours: number(own.perSecond), oursLatency: latency(own),
      node: number(node.perSecond), nodeLatency: latency(node), cpu: number(own.cpu), nodeCpu: number(node.cpu),
      ratio: number(ratios(ours, ceiling).median), target: `≤ ${TARGETS.deliveryCpu} µs`, reached: own.cpu <= TARGETS.deliveryCpu,
    };
  });
}

function screenRows(measured) {
  if (!measured.sockets) return [];
  const { idle, kitchen, listeners } = measured.sockets;
  return [
    { what: "From a sale's answer to the kitchen's screen, p50 / p99", value: `${number(kitchen.p50)} / ${number(kitchen.p99)} ms`,
      target: `p99 ≤ ${TARGETS.kitchen} ms`, reached: kitchen.p99 <= TARGETS.kitchen },
    { what: 'Memory of an idle socket in the kitchen', value: `${number(idle / 1024)} KB`, target: `≤ ${TARGETS.idleSocket} KB`,
      reached: idle / 1024 <= TARGETS.idleSocket },
    { what: 'Takeaway sales/s with the kitchen following, SQLite, 16 clients', value: number(listeners.perSecond) },
    { what: `Listeners behind at the end: ${number(listeners.left, 0)} events; done after`, value: `${number(listeners.drained, 0)} ms`,
      target: `≤ ${number(TARGETS.drained, 0)} ms`, reached: listeners.drained <= TARGETS.drained },
  ];
}

/** Sentences on how alike the two sides were, and on what was left to do. */
export function notes(measured) {
  const lines = [];
  for (const [engine, name] of ENGINES) {
    const part = measured[engine];
    if (!part) continue;
    const behind = Math.max(...part.results.flatMap((point) => point.ours.map((run) => run.behind)));
    lines.push(`${name}: ${number(part.bytes.ours, 0)} bytes a sale, the ${CEILINGS[engine]} ${number(part.bytes.ceiling, 0)} ` +
      `(${engine === 'sqlite' ? 'with indexes' : 'rows without indexes'}); at most ${number(behind, 0)} events were still ` +
      'to be read by some listener when a run ended (those that nothing concerns read later).');
    lines.push(`${name}: every sale that was answered is stored; \`tilopos check\` afterwards: ` +
      `${part.fault === null ? 'clean' : `NOT clean: ${part.fault}`}.`);
  }
  if (measured.products) {
    const [ours, ceiling] = [measured.products.ours, measured.products.ceiling].map((runs) => medians(runs).serverCpu);
    lines.push(`GET /products: ${number(ours)} µs of the server's CPU a request, nginx ${number(ceiling)} µs.`);
  }
  return lines;
}
