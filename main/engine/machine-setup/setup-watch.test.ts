import { copyFile } from 'node:fs/promises'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { DomainXml } from 'node-libvirt/xml'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { testSetup } from '../guest-setup/testing/test-setup.ts'
import { proposedMachine } from '../testing/proposed-machine.ts'
import { hostId, startTestEngine, type TestEngine } from '../testing/test-engine.ts'
import { readKeptSetup } from '../definitions/kept-setup.ts'

describe('a machine that sets itself up', () => {
  let test: TestEngine
  beforeAll(async () => {
    test = await startTestEngine()
  }, 60_000)
  afterAll(() => test.stop(), 60_000)

  it('tells which part failed, keeps it in its definition and its history, until it is dismissed', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['e2e/systems/build.mjs'])
    const path = join(await test.folder('images'), 'cloud.qcow2')
    await copyFile(stdout.trim().split('\n')[0] ?? '', path)
    const source = {
      kind: 'disk-image' as const,
      media: { kind: 'file' as const, path, use: 'in-place' as const },
      disk: 'copy' as const,
    }
    const defaults = await test.client.create.defaults({ hostId, source, osId: null, profile: null })
    const job = await test.ended(
      test.client.create.start({
        ...proposedMachine(hostId, source, defaults),
        ...{ name: 'fails', memoryKiB: 256 * 1024, network: { kind: 'user' } },
        setup: testSetup({
          userName: 'ada',
          makesKeyPair: true,
          packages: ['qemu-guest-agent'],
          runCommands: ['echo begun', 'false'],
        }),
      }),
    )
    expect(job.problem).toBeNull()
    const uuid = job.result?.machine?.uuid ?? ''
    const setupIs = (phase: string | null) =>
      test.until(({ machines }) => (machines.get(uuid)?.setup?.phase ?? null) === phase)
    await setupIs('starting')
    await setupIs('failed')

    const domain = await test.libvirt.domainLookupByUUID(uuid)
    for (const flags of [[], ['inactive']] as const) {
      const { metadata } = DomainXml.parse(await domain.getXMLDesc([...flags]))
      expect(readKeptSetup(metadata)).toMatchObject({
        ...{ by: 'cloud-init', userName: 'ada', phase: 'failed' },
        troubles: [{ stage: 'modules-final', module: 'scripts-user' }],
      })
    }
    const history = await test.client.history.list({ hostId, uuid })
    expect(history.map(({ kind }) => kind)).toEqual(['set-up-failed', 'created'])
    expect(history[0]?.title.english).toBe('cloud-init ended with errors: scripts-user')

    await test.client.machines.dismissSetup({ hostId, uuid })
    await setupIs(null)
    expect(await domain.getXMLDesc(['inactive'])).not.toContain('urn:strata:setup')
  }, 240_000)
})
