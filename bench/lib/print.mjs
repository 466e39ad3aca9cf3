// The report as a terminal's table and as results.md.
import { notes, oldRows, questionRows, ratioRows, roomRows, valueRows } from './report.mjs';

const RATIO_HEAD = ['what', 'ours', 'p50 / p99 ms', 'ceiling', 'p50 / p99 ms', 'CPU µs', 'ratio', 'rounds', 'target', ''];
const OLD_HEAD = ['what', 'old', 'p50 / p99 ms', 'young', 'p50 / p99 ms', 'ratio', 'rounds', 'target', ''];
const QUESTION_HEAD = ['a day\'s question, ms', 'old', 'young'];
const ROOM_HEAD = ['what', 'ours', 'p50 / p99 ms', 'socket.io', 'p50 / p99 ms', 'CPU µs', 'its CPU µs', 'ratio', 'target', ''];
const VALUE_HEAD = ['what', 'value', 'target', ''];

const verdict = (reached) => (reached === undefined ? '' : reached ? 'reached' : 'missed');
const ratioCells = (row) => [row.what, row.ours, row.oursLatency, row.ceiling, row.ceilingLatency, row.cpu, row.ratio,
  row.range, row.target, verdict(row.reached)];
const valueCells = (row) => [row.what, row.value, row.target ?? '', verdict(row.reached)];

const oldCells = (row) => [row.what, row.old, row.oldLatency, row.young, row.youngLatency, row.ratio, row.range, row.target,
  verdict(row.reached)];
const roomCells = (row) => [row.what, row.ours, row.oursLatency, row.node, row.nodeLatency, row.cpu, row.nodeCpu, row.ratio, row.target,
  verdict(row.reached)];
const questionCells = (row) => [row.what, row.old, row.young];

const tables = (measured) => [
  [RATIO_HEAD, ratioRows(measured).map(ratioCells)],
  [OLD_HEAD, oldRows(measured).map(oldCells)],
  [QUESTION_HEAD, questionRows(measured).map(questionCells)],
  [ROOM_HEAD, roomRows(measured).map(roomCells)],
  [VALUE_HEAD, valueRows(measured).map(valueCells)],
].filter(([, rows]) => rows.length > 0);

function aligned([head, rows]) {
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((row) => row[i].length)));
  const line = (row) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  ').trimEnd();
  return [line(head), widths.map((width) => '─'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}

function markdown([head, rows]) {
  const line = (row) => `| ${row.join(' | ')} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}

export function terminal(measured) {
  return [...tables(measured).map(aligned), notes(measured).join('\n')].join('\n\n');
}

export function resultsFile(measured, { machine, disturbance, date, rounds, seconds }) {
  return `# Results of \`make bench\`

${machine}.
${date}. ${disturbance}. Each figure is the median of ${rounds} rounds of ${seconds} s, ours and the ceiling alternating on the same disk; a ratio is
the median of the rounds' ratios. Figures of different runs or machines do not compare; ratios do.

${tables(measured).map(markdown).join('\n\n')}

- A sale is of type retail (no kitchen), has 3 lines and 1 payment, over HTTP with a token and an idempotency key, answered when it is durable; it is one of
  200 products' triples. The CPU time is the server process's own, per request.
- SQLite's ceiling is a bare loop that commits up to 32 sales at once, each in a savepoint, PostgreSQL's is pgbench with one
  pipelined transaction a sale (default settings, one thread): both write the rows of a sale into the product's own schema and
  nothing else. Ours checks, prices and answers, and its listeners do their work in the meantime.
- An old shop is the young one with its day copied onto the days before it (bench/lib/grow.mjs); idempotency keys are in random
  order, as tills make them.
- A room's broadcasts go out one after the other, each when all sockets have the one before; the latency is until the last has it.
  Beside it the npm package socket.io on Node does the same. The CPU time is the server's, per delivery.
- nginx serves the same bytes from a file (sendfile, open file cache), with as many workers as ours has loops.
${notes(measured).map((line) => `- ${line}`).join('\n')}
`;
}
