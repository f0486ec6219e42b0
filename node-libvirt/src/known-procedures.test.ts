import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { isAtLeast } from '../testing/libvirt-version.ts'
import { startDaemon, type RealDaemon } from '../testing/real-daemon.ts'
import type { Connection, ProcedureName } from './connection.ts'
import { openConnection } from './open.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let daemon: RealDaemon
let connection: Connection

beforeAll(async () => {
  daemon = await startDaemon()
  connection = await openConnection(daemon.uri('test:///default'))
})

afterAll(async () => {
  await connection.close()
  await daemon.stop()
})

const nobody = { name: 'nobody', uuid: '00000000-0000-0000-0000-000000000001', id: -1 }

/** The release that brought a procedure, as libvirt documents it; 0 for what is older than all that is tested. */
const since: readonly (readonly [ProcedureName, string])[] = [
  ['domainGetInfo', '0'],
  ['domainAuthorizedSshKeysGet', '0'],
  ['domainMonitorCommand', '0'],
  ['domainGetMessages', '7.1'],
  ['domainStartDirtyRateCalc', '7.2'],
  ['nodeDeviceUndefine', '7.3'],
  ['nwfilterDefineXmlFlags', '7.7'],
  ['networkCreateXmlFlags', '7.8'],
  ['domainSetLaunchSecurityState', '8'],
  ['domainRestoreParams', '8.4'],
  ['domainAbortJobFlags', '8.5'],
  ['networkSetMetadata', '9.7'],
  ['nodeDeviceUpdate', '10.1'],
  ['domainGraphicsReload', '10.2'],
  ['domainSetAutostartOnce', '11.2'],
  ['domainDelThrottleGroup', '11.2'],
]

describe('what a daemon knows', () => {
  it('is the daemon that was asked for', async () => {
    const wanted = process.env['STRATA_LIBVIRT_GENERATION']
    const version = await connection.getLibVersion()
    expect(version).toMatch(wanted === undefined ? /^\d+\.\d+\.\d+$/ : new RegExp(`^${wanted.replace('.', '\\.')}\\.`))
  })

  it.each(since)('is told beforehand, and fits its version: %s since %s', async (procedure, release) => {
    expect(await connection.supports(procedure)).toBe(await isAtLeast(connection, release))
  })

  it('is asked for once and remembered', async () => {
    const other = await openConnection(daemon.uri('test:///default'))
    const answers = await Promise.all(since.map(([procedure]) => other.supports(procedure)))
    expect(answers.length).toBe(since.length)
    await other.close()
    // A daemon that is gone cannot be asked: the answer is remembered.
    expect(await Promise.all(since.map(([procedure]) => other.supports(procedure)))).toEqual(answers)
  })

  it('does not include what passes file descriptors', async () => {
    expect(await connection.supports('domainOpenGraphicsFd')).toBe(false)
  })

  it('makes a call that it is too old for fail as unsupported', async () => {
    const calls: [ProcedureName, () => Promise<unknown>][] = [
      ['domainGetMessages', () => connection.call('domainGetMessages', { dom: nobody, flags: 0 })],
      ['networkGetMetadata', () => connection.call('networkGetMetadata', { network: nobody, type: 0, uri: null, flags: 0 })], // prettier-ignore
      ['domainGetAutostartOnce', () => connection.call('domainGetAutostartOnce', { dom: nobody })],
    ]
    for (const [procedure, call] of calls) {
      const error: unknown = await call().catch((reason: unknown) => reason)
      const isKnown = await connection.supports(procedure)
      if (!isKnown)
        expect(error).toMatchObject({ code: 'no-support', message: `the daemon is too old for ${procedure}` })
      else expect(error).not.toMatchObject({ message: `the daemon is too old for ${procedure}` })
    }
  })
})
