import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ProcessFacts } from '../detector.ts'
import { program } from './index.ts'

const FILES: Readonly<Record<string, string>> = {
  '/srv/shop/package.json': '{ "name": "shop", "version": "1.0.0" }',
  '/srv/shop/dist/package.json': '{ "type": "module" }',
  '/srv/broken/package.json': '{ "name": ',
  '/srv/hostile/package.json': '{ "name": 7 }',
}

function detect(executable: string, commandArgs: string[], workingDirectory = '/', environment: Record<string, string> = {}) {
  const facts: ProcessFacts = {
    pid: 1, startedAt: 0, comm: executable.slice(executable.lastIndexOf('/') + 1, 15), executable, workingDirectory, commandArgs, uid: 0, cgroup: '/', kernelThread: false,
    variable: (name) => environment[name],
    file(path) {
      const text = FILES[path.startsWith('/') ? path : `${workingDirectory}/${path}`]
      return text === undefined ? undefined : Buffer.from(text)
    },
  }
  const found = program.detect(facts, { read: () => undefined, link: () => undefined, list: () => undefined })
  return found?.interactive ? 'interactive' : found && `${found.kind} ${found.service}`
}

const CASES: readonly (readonly [expected: string | undefined, executable: string, args: string[], directory?: string])[] = [
  ['node shop', '/usr/bin/node', ['node', 'server.js'], '/srv/shop'],
  ['node shop', '/usr/bin/node', ['node', '--require', './trace.js', '--max-old-space-size=512', 'dist/server.js', '--port', '80'], '/srv/shop'],
  ['node shop', '/usr/bin/node', ['/usr/bin/node', '/srv/shop/dist/server.js'], '/'],
  ['node shop', '/usr/bin/node', ['node', '.'], '/srv/shop'],
  ['node shop', '/usr/bin/node', ['node', '/srv/shop/node_modules/.bin/next', 'start'], '/srv/shop'],
  ['node shop', '/usr/bin/node', ['next-server (v16.4.6)'], '/srv/shop'],
  ['node server', '/usr/bin/node', ['node', 'server.js'], '/tmp'],
  ['node server', '/usr/bin/node', ['node', 'server.mjs'], '/srv/broken'],
  ['node server', '/usr/bin/node', ['node', 'server.mjs'], '/srv/hostile'],
  ['interactive', '/usr/bin/node', ['node']],
  ['interactive', '/usr/bin/node', ['node', '-e', 'server()']],
  ['interactive', '/usr/bin/node', ['npm run start'], '/srv/shop'],
  ['bun shop', '/usr/bin/bun', ['bun', 'run', 'server.ts'], '/srv/shop'],
  ['python app', '/usr/bin/python3.11', ['python3', '-m', 'app']],
  ['python http.server', '/usr/bin/python3.11', ['python3', '-m', 'http.server', '8001']],
  ['python worker', '/usr/bin/python3.11', ['python3', '-u', '-X', 'dev', '/srv/worker.py']],
  ['python app', '/usr/bin/python3.11', ['/usr/bin/python3', '/usr/bin/gunicorn', '-w', '2', '-b', '127.0.0.1:8000', 'app:app']],
  ['python shop', '/usr/bin/python3.11', ['gunicorn: master [shop.wsgi:application]']],
  ['python shop', '/usr/bin/python3.11', ['python3', '/usr/bin/gunicorn', '--name', 'shop', 'app:app']],
  ['python api', '/usr/bin/python3.11', ['python3', '-m', 'uvicorn', 'api.main:app', '--port', '9000']],
  ['python shop', '/usr/bin/python3.11', ['python3', 'manage.py', 'runserver'], '/srv/shop'],
  ['python orders', '/usr/bin/python3.11', ['python3', '/usr/bin/celery', '-A', 'orders', 'worker']],
  ['interactive', '/usr/bin/python3.11', ['python3', '-c', 'import app']],
  ['interactive', '/usr/bin/python3.11', ['python3']],
  ['java shop', '/usr/lib/jvm/bin/java', ['java', '-Xmx1g', '-jar', '/opt/shop-1.4.2.jar', '--server.port=8080']],
  ['java Main', '/usr/lib/jvm/bin/java', ['java', '-cp', 'a.jar:b.jar', 'com.example.Main']],
  ['java kafka', '/usr/lib/jvm/bin/java', ['java', '-cp', 'x', 'kafka.Kafka', 'server.properties']],
  ['java orders', '/usr/lib/jvm/bin/java', ['java', '-Dspring.application.name=orders', '-jar', 'app.jar']],
  ['nginx nginx', '/usr/sbin/nginx', ['nginx: worker process']],
  ['apache apache', '/usr/sbin/apache2', ['/usr/sbin/apache2', '-k', 'start']],
  ['postgresql postgresql', '/usr/lib/postgresql/15/bin/postgres', ['postgres: 15/main: walwriter ']],
  ['redis redis', '/usr/bin/redis-server', ['/usr/bin/redis-server 127.0.0.1:6380']],
  ['redis redis', '/usr/bin/redis-check-rdb', ['redis-server', '--port', '6380']],
  ['redis redis', '/usr/bin/redis-check-rdb', ['/usr/bin/redis-server 127.0.0.1:6380']],
  [undefined, '/srv/constructor', ['constructor']],
  ['php-fpm php-fpm', '/usr/sbin/php-fpm8.2', ['php-fpm: pool www']],
  ['ruby shop', '/usr/bin/ruby3.1', ['puma 6.4.2 (tcp://0.0.0.0:3000) [shop]'], '/srv/other'],
  ['dotnet Shop.Web', '/usr/bin/dotnet', ['dotnet', '/app/Shop.Web.dll']],
  ['interactive', '/usr/bin/bash', ['-bash']],
  ['interactive', '/usr/lib/llvm-19/bin/clang-19', ['clang', '-c', 'x.c']],
  [undefined, '/srv/go/api', ['/srv/go/api', '-listen', ':8080']],
]

for (const [expected, executable, args, directory] of CASES) {
  test(`${args.join(' ')} in ${directory ?? '/'} is ${expected ?? 'nothing evident'}`, () => assert.equal(detect(executable, args, directory), expected))
}

test('a command line of any bytes is a name or none, never an exception', () => {
  for (const executable of ['/usr/bin/node', '/usr/bin/python3', '/usr/bin/java', '/usr/bin/ruby', '/usr/bin/dotnet', '/usr/sbin/nginx']) {
    for (const args of [[], [''], ['', ''], ['-'], ['--'], ['x', '-m'], ['x', '-jar'], ['x', '--', '../../..'], ['x', '\u0000\u0001'], ['x', '/'], ['x', '...']]) {
      const found = detect(executable, args, '')
      assert.ok(found === undefined || found.length > 0)
    }
  }
})

test('FLASK_APP names the application', () => {
  assert.equal(detect('/usr/bin/python3', ['python3', '-m', 'flask', 'run'], '/', { FLASK_APP: 'shop.app:create()' }), 'python shop')
})
