// Shows the window over a generated fleet, without an engine or libvirt: for looking at the screens and for measuring
// the renderer alone.   npx tsx scripts/preview-renderer.ts [--machines N] [--port N] [--folder dist/renderer]
import { unkeyed } from '@strata/contract/words/said.ts'
import { createReadStream, existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { parseArgs } from 'node:util'
import { RPCHandler } from '@orpc/server/ws'
import { WebSocketServer } from 'ws'

import { typedArraySerializers } from '../contract/typed-arrays.ts'
import { FleetEngine } from '../renderer/testing/fleet-engine.ts'
import { generateFleet, uuidOf } from '../renderer/testing/generated-fleet.ts'
import { creationOffers, nothingToOffer } from '../renderer/testing/creation-offers.ts'
import { MachineEngine } from '../renderer/testing/machine-engine.ts'

const { values } = parseArgs({
  options: {
    machines: { type: 'string', default: '47' },
    port: { type: 'string', default: '4170' },
    folder: { type: 'string', default: 'dist/renderer' },
    history: { type: 'string', default: '0' },
    away: { type: 'boolean', default: false },
    job: { type: 'boolean', default: false },
    /** Nothing to make a machine from. */
    bare: { type: 'boolean', default: false },
  },
})

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}
const engine = new FleetEngine(generateFleet(Number(values.machines)))
const machines = new MachineEngine(
  engine,
  () => null,
  () => 'ticket',
  values.bare ? nothingToOffer : creationOffers,
)
const router = {
  ...engine.router,
  ...machines.router,
  machines: { ...engine.router.machines, ...machines.router.machines },
  monitoring: { ...engine.router.monitoring, ...machines.router.monitoring },
}
const handler = new RPCHandler(router, { customJsonSerializers: [...typedArraySerializers] })

// The policy that both shells set, so that what it refuses is seen here too.
const policy = (nonce: string) =>
  `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' blob: data:; font-src 'self'; ` +
  `connect-src 'self' ws://127.0.0.1:${values.port}; worker-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'`

const server = createServer((request, response) => {
  const path = normalize(new URL(request.url ?? '/', 'http://host').pathname)
  const file = join(values.folder, path)
  if (extname(path) !== '' && existsSync(file)) {
    response.setHeader('content-type', TYPES[extname(path)] ?? 'application/octet-stream')
    createReadStream(file).pipe(response)
    return
  }
  const nonce = crypto.randomUUID()
  response.setHeader('content-type', 'text/html; charset=utf-8')
  response.setHeader('content-security-policy', policy(nonce))
  response.end(readFileSync(join(values.folder, 'index.html'), 'utf8').replaceAll('__STRATA_NONCE__', nonce))
})
const sockets = new WebSocketServer({ server, path: '/rpc' })
sockets.on('connection', (socket) => {
  void handler.upgrade(socket)
  // Past ticks in a burst, so that lines are full at once.
  setTimeout(() => {
    for (let tick = 0; tick < Number(values.history); tick += 1) engine.sample(Date.now())
  }, 400)
})
setInterval(() => {
  engine.sample(Date.now())
}, 1_000)
if (values.away) engine.setReachable('rack-2', false)
if (values.job) {
  const base = {
    hostId: 'local',
    machineUuid: uuidOf(1, 1),
    cancellable: true,
    startedAtMs: Date.now() - 20_000,
    endedAtMs: null,
    problem: null,
    result: null,
  }
  engine.putJob({
    ...base,
    jobId: 'upload',
    kind: 'create-machine',
    title: unkeyed('Create web-server'),
    state: 'running',
    steps: [
      { id: 'upload', label: unkeyed('Copy the image'), state: 'running' },
      { id: 'define', label: unkeyed('Define the machine'), state: 'waiting' },
    ],
    progress: { doneBytes: 2.6 * 1024 ** 3, totalBytes: 4 * 1024 ** 3, bytesPerS: 160 * 1024 ** 2, remainingMs: 9_000 },
  })
  engine.putJob({
    ...base,
    jobId: 'point',
    kind: 'take-snapshot',
    title: unkeyed('Take a restore point of db-01'),
    state: 'failed',
    steps: [],
    progress: null,
    endedAtMs: Date.now() - 120_000,
    problem: {
      code: 'out-of-space',
      said: unkeyed('The pool default is full: 0 B are free, the point needs about 2 GiB.'),
      detail: 'No space left on device',
      field: null,
      repairs: [],
    },
  })
}
server.listen(Number(values.port), '127.0.0.1', () => {
  console.log(`The preview is at http://127.0.0.1:${values.port}`)
})
