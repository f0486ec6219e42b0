import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { isoBytes, sector } from '../testing/iso-bytes.ts'
import { proposedMachine } from '../testing/proposed-machine.ts'
import { TestClock } from '../testing/test-clock.ts'
import { hostId, startTestEngine, type TestEngine } from '../testing/test-engine.ts'
import { readBytesRead } from './installation-end.ts'
import { pressForMs, pressUntilBooted } from './press-key.ts'

vi.setConfig({ testTimeout: 90_000 }) // real guests, on machines that may be busy

const mib = 1024 ** 2

describe('a key for a medium that waits for one', () => {
  /** Boots at the wanted press; never, where that is null. */
  function guest(bootsAtPress: number | null) {
    let presses = 0
    return {
      presses: () => presses,
      press: () => Promise.resolve(void (presses += 1)),
      mediaBytesRead: () => Promise.resolve(bootsAtPress !== null && presses >= bootsAtPress ? 300 * mib : 1.5 * mib),
    }
  }
  const limits = (signal = new AbortController().signal) => ({ forMs: 15_000, clock: new TestClock(), signal })

  it('is pressed until the guest boots, and not once more', async () => {
    const waiting = guest(4)
    await pressUntilBooted(waiting, limits())
    expect(waiting.presses()).toBe(4)
  })

  it('is pressed a number of times and no more where nothing boots', async () => {
    const silent = guest(null)
    await pressUntilBooted(silent, limits())
    expect(silent.presses()).toBe(15)
  })

  it('is not pressed when the job is cancelled', async () => {
    const waiting = guest(null)
    const cancel = new AbortController()
    const press = () => {
      if (waiting.presses() === 2) cancel.abort(new Error('cancelled'))
      return waiting.press()
    }
    await expect(pressUntilBooted({ ...waiting, press }, limits(cancel.signal))).rejects.toThrow('cancelled')
    expect(waiting.presses()).toBe(3)
  })

  it('is pressed for longer where the firmware takes longer', () => {
    const times = (['bios', 'uefi'] as const).flatMap((firmware) =>
      (['kvm', 'emulation'] as const).map((accelerator) => pressForMs({ firmware, accelerator })),
    )
    expect(times).toEqual([15_000, 45_000, 25_000, 75_000])
  })
})

describe('a machine whose medium waits for a key', () => {
  let test: TestEngine
  let isoPath: string

  beforeAll(async () => {
    test = await startTestEngine()
    isoPath = join(await test.folder('isos'), 'asks for a key.iso')
    await writeFile(isoPath, waitingIso())
  }, 60_000)
  afterAll(() => test.stop(), 60_000)

  /** Makes it as Windows or as something else, and says how far it read its medium. */
  async function mediumRead(name: string, osId: string): Promise<number> {
    const media = { kind: 'file' as const, path: isoPath, use: 'in-place' as const }
    const source = { kind: 'iso' as const, media, installs: 'by-hand' as const }
    const form = proposedMachine(
      hostId,
      source,
      await test.client.create.defaults({ hostId, source, osId, profile: null }),
    )
    const job = await test.ended(
      test.client.create.start({
        ...form,
        name,
        vcpuCount: 1,
        memoryKiB: 64 * 1024,
        diskBytes: 100 * mib,
        network: { kind: 'none' },
        firmware: 'bios',
        tpm: false,
        machineType: 'q35',
        accelerator: 'emulation',
      }),
    )
    expect(job).toMatchObject({ state: 'done', problem: null })
    const domain = await test.libvirt.domainLookupByName(name)
    // Its boot sector is read when the medium asks.
    await vi.waitFor(async () => expect((await readBytesRead(domain)).media).toBeGreaterThan(3 * sector), 60_000)
    return (await readBytesRead(domain)).media
  }

  it('boots from it, as the key is pressed', async () => {
    expect(await mediumRead('with a key', 'win10')).toBeGreaterThan(4 * mib)
  })

  it('is left to its user where it is not Windows', async () => {
    expect(await mediumRead('without', 'debian12')).toBeLessThan(mib)
  })
})

/**
 * A medium that boots as Windows' does: its boot sector waits for a key, and then reads a great deal. In the machine code of a
 * PC's first mode, started at 0x7c00 with the drive's number in DL:
 *   xor ax,ax; mov ds,ax; int 16h (waits for a key); again: mov si,7c20h; mov ah,42h; int 13h (reads by the packet); jmp again
 */
function waitingIso(): Uint8Array {
  const bytes = new Uint8Array(64 * sector)
  bytes.set(isoBytes({ label: 'ASKS_FOR_A_KEY', volumeSectors: 64, catalogue: {} }))
  const view = new DataView(bytes.buffer)
  const [catalogueSector, bootSector] = [22, 23]
  const entry = catalogueSector * sector + 32
  view.setUint16(entry + 6, 4, true) // how much of it is loaded, in sectors of 512 bytes
  view.setUint32(entry + 8, bootSector, true)
  bytes.set(
    [0x31, 0xc0, 0x8e, 0xd8, 0xcd, 0x16, 0xbe, 0x20, 0x7c, 0xb4, 0x42, 0xcd, 0x13, 0xeb, 0xf7],
    bootSector * sector,
  )
  // The packet: its size, 16 sectors to 1000:0000, from sector 32.
  bytes.set([0x10, 0, 16, 0, 0, 0, 0, 0x10, 32], bootSector * sector + 0x20)
  return bytes
}
