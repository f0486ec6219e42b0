import { randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { hostId, startTestEngine, type TestEngine } from '../testing/test-engine.ts'
import { KeyStore } from './keys/key-store.ts'
import { makeSshKeyPair } from './keys/ssh-key-pair.ts'
import { testSetup } from './testing/test-setup.ts'

let engine: TestEngine
beforeAll(async () => (engine = await startTestEngine()))
afterAll(() => engine.stop())

describe('the set-up of a guest, through the contract', () => {
  it('is written as user data and read back', async () => {
    const setup = testSetup({ packages: ['nginx'] })
    const { userData } = await engine.client.guestSetup.writeUserData({ setup, machineName: 'web' })
    const changed = userData.replace('nginx', 'apache2')
    const read = await engine.client.guestSetup.readUserData({ setup: { ...setup, userData }, userData: changed })
    expect(read).toEqual({ setup: { ...setup, packages: ['apache2'], userData: changed }, problems: [] })
  })

  it('hands a machine’s key pair out until it is forgotten', async () => {
    const machine = { hostId, uuid: randomUUID() }
    expect(await engine.client.guestSetup.keyPair(machine)).toBeNull()
    const publicKey = await new KeyStore(engine.folders.dataDir).make(machine, 'ada@web')
    const pair = await engine.client.guestSetup.keyPair(machine)
    expect(pair).toMatchObject({ publicKey, fileName: `id_ed25519_${machine.uuid}` })
    await engine.client.guestSetup.forgetKeyPair(machine)
    expect(await engine.client.guestSetup.keyPair(machine)).toBeNull()
  })

  it('offers the keys of whoever runs the engine', async () => {
    const ssh = join(engine.folders.homeDir, '.ssh')
    const { publicKey } = makeSshKeyPair('ada@desk')
    mkdirSync(ssh)
    writeFileSync(join(ssh, 'id_ed25519.pub'), `${publicKey}\n`)
    expect(await engine.client.guestSetup.knownKeys({ hostId })).toEqual([
      { label: 'ada@desk', publicKey, path: join(ssh, 'id_ed25519.pub') },
    ])
  })
})
