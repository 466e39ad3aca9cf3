// A private nginx that serves one file: the ceiling of a cached answer.
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { atExit } from './cleanup.mjs';

function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject)
      .listen(0, '127.0.0.1', () => { const { port } = server.address(); server.close(() => resolve(port)); });
  });
}

function configuration({ folder, port, path, type, workers }) {
  return `${process.getuid() === 0 ? 'user root;' : ''}
daemon off; pid ${folder}/pid; error_log stderr notice; worker_processes ${workers};
events { worker_connections 1024; }
http {
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; open_file_cache max=16;
  client_body_temp_path ${folder}/tmp; proxy_temp_path ${folder}/tmp; fastcgi_temp_path ${folder}/tmp;
  uwsgi_temp_path ${folder}/tmp; scgi_temp_path ${folder}/tmp;
  server {
    listen 127.0.0.1:${port} reuseport;
    location = ${path} { types {} default_type "${type}"; alias ${folder}/body; }
  }
}
`;
}

/** Starts it on `body`, the exact bytes; answers { port, pids (of the workers), stop() }. */
export async function startNginx({ folder, path, body, type, workers }) {
  const port = await freePort();
  mkdirSync(join(folder, 'tmp'));
  writeFileSync(join(folder, 'body'), body);
  writeFileSync(join(folder, 'nginx.conf'), configuration({ folder, port, path, type, workers }));
  const child = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: ['ignore', 'ignore', 'pipe'] });
  const keep = atExit(() => child.kill('SIGTERM'));
  const ended = new Promise((resolve) => child.once('close', resolve));
  const pids = await new Promise((resolve, reject) => {
    let log = '';
    child.once('error', reject);
    child.stderr.setEncoding('utf8').on('data', (text) => {
      log += text;
      const started = [...log.matchAll(/start worker process (\d+)/g)].map((match) => Number(match[1]));
      if (started.length === workers) resolve(started);
    });
    ended.then(() => reject(new Error(`nginx ended:\n${log}`)));
  });
  return { port, pids, stop: () => { child.kill('SIGTERM'); keep(); return ended; } };
}
