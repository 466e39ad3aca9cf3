// What must not outlive the run, however it ends: processes and folders.
const tasks = new Set();

process.on('exit', () => { for (const task of [...tasks].reverse()) try { task(); } catch { /* the others still go */ } });
for (const [signal, status] of [['SIGINT', 130], ['SIGTERM', 143], ['SIGHUP', 129]])
  process.once(signal, () => process.exit(status));

/** `task` runs when this program ends, unless the function that is answered takes it back. It must not wait. */
export function atExit(task) {
  tasks.add(task);
  return () => tasks.delete(task);
}
