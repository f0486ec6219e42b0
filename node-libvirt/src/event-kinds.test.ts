import { expect, it } from 'vitest'
import { FakeDaemon, openingScript } from '../testing/fake-daemon.ts'
import type { Connection } from './connection.ts'
import type { DomainEventKind } from './domain-events.ts'
import { closeCodec, monitorCodec } from './monitor-events.ts'
import { openConnection } from './open.ts'
import {
  domainEventTable,
  networkEventTable,
  nodeDeviceEventTable,
  secretEventTable,
  storagePoolEventTable,
  type DomainEventMessages,
  type EventCodec,
} from './protocol/events.generated.ts'
import type { EventStream } from './rpc/event-queue.ts'

const uuid = '6695eb01-f6a4-8304-79aa-97f2502e193f'
const dom = { name: 'one', uuid, id: 1 }
const callbackID = 0
const address = { family: 0, node: '10.0.0.1', service: '5900' }
const params = [{ field: 'x', value: { type: 4 as const, ul: 2n ** 60n } }]

const registered = { callbackID }
const script = {
  ...openingScript,
  connectDomainEventCallbackRegisterAny: (call: { reply(ret: typeof registered): void }) => call.reply(registered),
  connectNetworkEventRegisterAny: (call: { reply(ret: typeof registered): void }) => call.reply(registered),
  connectStoragePoolEventRegisterAny: (call: { reply(ret: typeof registered): void }) => call.reply(registered),
  connectNodeDeviceEventRegisterAny: (call: { reply(ret: typeof registered): void }) => call.reply(registered),
  connectSecretEventRegisterAny: (call: { reply(ret: typeof registered): void }) => call.reply(registered),
  connectDomainMonitorEventRegister: (call: { reply(ret: typeof registered): void }) => call.reply(registered),
  connectRegisterCloseCallback: (call: { reply(): void }) => call.reply(),
}

/** What a listener makes of one message. */
async function event<Message>(
  listen: (connection: Connection) => EventStream<object>,
  codec: EventCodec<Message>,
  ...messages: Message[]
): Promise<unknown> {
  const daemon = new FakeDaemon(script)
  const connection = await openConnection('qemu:///system', { connectTransport: daemon.transport })
  const events = listen(connection)
  await events.ready
  for (const message of messages) daemon.event(codec, message)
  const next: IteratorResult<object, undefined> = await events.next()
  await connection.close()
  return next.value
}

const domainMessages: { [K in DomainEventKind]: [DomainEventMessages[K], object] } = {
  lifecycle: [
    { callbackID, msg: { dom, event: 5, detail: 2 } },
    { event: 'stopped', detail: 2 },
  ],
  reboot: [{ callbackID, msg: { dom } }, {}],
  'rtc-change': [{ callbackID, msg: { dom, offset: -3_600n } }, { offsetS: -3_600 }],
  watchdog: [{ callbackID, msg: { dom, action: 6 } }, { action: 'injectnmi' }],
  'io-error': [
    { callbackID, msg: { dom, srcPath: '/p', devAlias: 'virtio-disk0', action: 1 } },
    { sourcePath: '/p', deviceAlias: 'virtio-disk0', action: 'pause' },
  ],
  graphics: [
    {
      callbackID,
      msg: {
        dom,
        phase: 0,
        local: address,
        remote: { ...address, family: 2 },
        authScheme: 'none',
        subject: [{ type: 'x509dname', name: 'me' }],
      },
    },
    {
      phase: 'connect',
      local: { family: 'ipv4', node: '10.0.0.1', service: '5900' },
      remote: { family: 'unix', node: '10.0.0.1', service: '5900' },
      authScheme: 'none',
      subject: [{ type: 'x509dname', name: 'me' }],
    },
  ],
  'io-error-reason': [
    { callbackID, msg: { dom, srcPath: '/p', devAlias: 'd', action: 2, reason: 'enospc' } },
    { sourcePath: '/p', deviceAlias: 'd', action: 'report', reason: 'enospc' },
  ],
  'control-error': [{ callbackID, msg: { dom } }, {}],
  'block-job-path': [
    { callbackID, msg: { dom, path: '/p', type: 2, status: 3 } },
    { path: '/p', type: 'copy', status: 'ready' },
  ],
  'disk-change': [
    { callbackID, msg: { dom, oldSrcPath: '/old', newSrcPath: null, devAlias: 'd', reason: 1 } },
    { oldSourcePath: '/old', newSourcePath: null, deviceAlias: 'd', reason: 'drop-missing-on-start' },
  ],
  'tray-change': [
    { callbackID, msg: { dom, devAlias: 'd', reason: 0 } },
    { deviceAlias: 'd', reason: 'open' },
  ],
  pmwakeup: [{ callbackID, reason: 0, msg: { dom } }, { reason: 0 }],
  pmsuspend: [{ callbackID, reason: 0, msg: { dom } }, { reason: 0 }],
  'balloon-change': [{ callbackID, msg: { dom, actual: 2n ** 60n } }, { actualKiB: 2n ** 60n }],
  'pmsuspend-disk': [{ callbackID, reason: 0, msg: { dom } }, { reason: 0 }],
  'device-removed': [{ callbackID, msg: { dom, devAlias: 'net0' } }, { deviceAlias: 'net0' }],
  'block-job': [
    { callbackID, dom, dst: 'vda', type: 1, status: 0 },
    { disk: 'vda', type: 'pull', status: 'completed' },
  ],
  tunable: [{ callbackID, dom, params }, { params: { x: 2n ** 60n } }],
  'agent-lifecycle': [
    { callbackID, dom, state: 1, reason: 2 },
    { state: 'connected', reason: 'channel' },
  ],
  'device-added': [{ callbackID, dom, devAlias: 'net0' }, { deviceAlias: 'net0' }],
  'migration-iteration': [{ callbackID, dom, iteration: 4 }, { iteration: 4 }],
  'job-completed': [{ callbackID, dom, params }, { stats: { x: 2n ** 60n } }],
  'device-removal-failed': [{ callbackID, dom, devAlias: 'net0' }, { deviceAlias: 'net0' }],
  'metadata-change': [
    { callbackID, dom, type: 2, nsuri: 'urn:x' },
    { type: 'element', uri: 'urn:x' },
  ],
  'block-threshold': [
    { callbackID, dom, dev: 'vda', path: null, threshold: 10n, excess: 3n },
    { device: 'vda', path: null, thresholdBytes: 10, excessBytes: 3 },
  ],
  'memory-failure': [
    { callbackID, dom, recipient: 1, action: 2, flags: 1 },
    { recipient: 'guest', action: 'fatal', flags: ['action-required'] },
  ],
  'memory-device-size-change': [
    { callbackID, dom, alias: 'm0', size: 4n },
    { alias: 'm0', sizeBytes: 4 },
  ],
  'nic-mac-change': [
    { callbackID, dom, alias: 'net0', oldMAC: 'a', newMAC: 'b' },
    { alias: 'net0', oldMac: 'a', newMac: 'b' },
  ],
}

it.each(Object.keys(domainMessages) as DomainEventKind[])('tells of %s of a domain', async (kind) => {
  const [message, told] = domainMessages[kind]
  const codec = domainEventTable[kind] as EventCodec<unknown>
  const value = await event((connection) => connection.domainEvents(kind), codec, message)
  const { domain, ...rest } = value as { domain: { name: string } }
  expect(domain.name).toBe('one')
  expect(rest).toEqual(told)
})

it('tells of networks, pools, devices and secrets', async () => {
  const net = { name: 'n', uuid }
  expect(
    await event((c) => c.networkEvents('lifecycle'), networkEventTable.lifecycle, {
      callbackID,
      net,
      event: 2,
      detail: 0,
    }),
  ).toMatchObject({ network: { name: 'n' }, event: 'started' })
  expect(
    await event((c) => c.networkEvents('metadata-change'), networkEventTable['metadata-change'], {
      callbackID,
      net,
      type: 1,
      nsuri: null,
    }),
  ).toMatchObject({ type: 'title', uri: null })
  const pool = { name: 'p', uuid }
  expect(
    await event((c) => c.storagePoolEvents('lifecycle'), storagePoolEventTable.lifecycle, {
      callbackID,
      pool,
      event: 4,
      detail: 0,
    }),
  ).toMatchObject({ pool: { name: 'p' }, event: 'created' })
  expect(
    await event((c) => c.storagePoolEvents('refresh'), storagePoolEventTable.refresh, { callbackID, pool }),
  ).toMatchObject({ pool: { uuid } })
  const dev = { name: 'd' }
  expect(
    await event((c) => c.nodeDeviceEvents('lifecycle'), nodeDeviceEventTable.lifecycle, {
      callbackID,
      dev,
      event: 1,
      detail: 0,
    }),
  ).toMatchObject({ device: { name: 'd' }, event: 'deleted' })
  expect(
    await event((c) => c.nodeDeviceEvents('update'), nodeDeviceEventTable.update, { callbackID, dev }),
  ).toMatchObject({ device: { name: 'd' } })
  const secret = { uuid, usageType: 1, usageID: '/v' }
  expect(
    await event((c) => c.secretEvents('lifecycle'), secretEventTable.lifecycle, {
      callbackID,
      secret,
      event: 1,
      detail: 0,
    }),
  ).toMatchObject({ secret: { usageType: 'volume', usageId: '/v' }, event: 'undefined' })
  expect(
    await event((c) => c.secretEvents('value-changed'), secretEventTable['value-changed'], { callbackID, secret }),
  ).toMatchObject({ secret: { uuid } })
})

it('passes on events of QEMU’s monitor, of one domain and name when wanted', async () => {
  const message = { callbackID, dom, event: 'RTC_CHANGE', seconds: 1_700_000_000n, micros: 250_000, details: '{}' }
  const other = { ...message, event: 'RESUME' }
  const told = await event((c) => c.domainQemuMonitorEvents({ event: 'RTC_CHANGE' }), monitorCodec, other, message)
  expect(told).toMatchObject({ event: 'RTC_CHANGE', atMs: 1_700_000_000_250, details: '{}', domain: { name: 'one' } })
})

it('tells that the daemon’s driver has lost its hypervisor', async () => {
  expect(await event((c) => c.closeEvents(), closeCodec, { reason: 1 })).toEqual({ reason: 'eof' })
})
