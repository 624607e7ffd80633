import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Requests a second that wrk reaches against a URL in `seconds`, one thread. */
export async function wrkRate(url: string, connections: number, seconds: number): Promise<number> {
  const { stdout } = await run('wrk', ['-t1', `-c${connections}`, `-d${seconds}s`, url])
  const rate = /Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]
  if (!rate) throw new Error(`wrk said nothing of a rate:\n${stdout}`)
  return Number(rate)
}

/** nginx with one worker that answers `return 200` on a loopback port. */
export async function startNginx(port: number): Promise<{ url: string; stop: () => Promise<void> }> {
  const directory = mkdtempSync(join(tmpdir(), 'sonde-bench-'))
  writeFileSync(
    join(directory, 'nginx.conf'),
    `user root; daemon off; worker_processes 1; pid nginx.pid; error_log error.log;
events { worker_connections 1024; }
http { access_log off; keepalive_requests 100000000;
  client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;
  server { listen 127.0.0.1:${port}; location / { return 200 "ok\\n"; } } }
`,
  )
  const nginx = spawn('nginx', ['-p', directory, '-c', join(directory, 'nginx.conf')], { stdio: 'ignore' })
  await answers(`http://127.0.0.1:${port}/`, nginx)
  return { url: `http://127.0.0.1:${port}/`, stop: () => ended(nginx).finally(() => rmSync(directory, { recursive: true })) }
}

/** redis-server on a loopback port that keeps nothing. */
export async function startRedis(port: number): Promise<{ rate: (seconds: number) => Promise<number>; stop: () => Promise<void> }> {
  const server = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', tmpdir()], { stdio: 'ignore' })
  for (let attempt = 0; attempt < 100; attempt++) {
    const up = await run('redis-cli', ['-p', String(port), 'ping']).then(({ stdout }) => stdout.includes('PONG'), () => false)
    if (up) break
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return { rate: (seconds) => redisRate(port, seconds), stop: () => ended(server) }
}

/** GETs a second of redis-benchmark, 16 connections, no pipelining, for about `seconds`. */
async function redisRate(port: number, seconds: number): Promise<number> {
  const { stdout } = await run('redis-benchmark', ['-p', String(port), '-t', 'get', '-c', '16', '-n', String(Math.round(seconds * 60_000)), '--csv'])
  const rate = /"GET","([\d.]+)"/.exec(stdout)?.[1]
  if (!rate) throw new Error(`redis-benchmark said nothing of a rate:\n${stdout}`)
  return Number(rate)
}

/** A server that computes for `workUs` microseconds before each answer, in this process's child. */
export async function startWorkingServer(port: number, workUs: number): Promise<{ url: string; stop: () => Promise<void> }> {
  const server = spawn(process.execPath, [import.meta.filename, 'serve', String(port), String(workUs)], { stdio: 'ignore' })
  await answers(`http://127.0.0.1:${port}/`, server)
  return { url: `http://127.0.0.1:${port}/`, stop: () => ended(server) }
}

async function answers(url: string, server: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    if (server.exitCode !== null) throw new Error(`the server for ${url} ended with ${server.exitCode}`)
    const up = await fetch(url).then((r) => r.ok, () => false)
    if (up) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`${url} doesn't answer`)
}

export function ended(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill(signal)
  })
}

if (process.argv[2] === 'serve') {
  const workNs = BigInt(process.argv[4]!) * 1000n
  createServer((_request, response) => {
    const end = process.hrtime.bigint() + workNs
    while (process.hrtime.bigint() < end);
    response.end('ok\n')
  }).listen(Number(process.argv[3]), '127.0.0.1')
}
