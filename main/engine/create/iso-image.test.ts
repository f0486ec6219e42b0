import { open } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { readIsoImage, type ReadAt } from './iso-image.ts'

const sector = 2048

function reader(bytes: Uint8Array): ReadAt {
  return (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length))
}

function put(bytes: Uint8Array, offset: number, text: string) {
  bytes.set(new TextEncoder().encode(text), offset)
}

interface Catalogue {
  defaultPlatform?: number
  defaultBootable?: boolean
  sections?: { platform: number; bootable: boolean; count?: number }[]
}

/** Descriptors as ECMA-119 sections 8.2 to 8.5 lay them out, catalogue as the El Torito paper does. */
function isoBytes(options: { label?: string; joliet?: string; catalogue?: Catalogue }): Uint8Array {
  const bytes = new Uint8Array(24 * sector)
  let at = 16
  const descriptor = (type: number) => {
    const offset = at * sector
    bytes[offset] = type
    put(bytes, offset + 1, 'CD001')
    at += 1
    return offset
  }
  const primary = descriptor(1)
  put(bytes, primary + 40, (options.label ?? '').padEnd(32, ' '))
  if (options.catalogue !== undefined) {
    const boot = descriptor(0)
    put(bytes, boot + 7, 'EL TORITO SPECIFICATION')
    new DataView(bytes.buffer).setUint32(boot + 71, 22, true)
    writeCatalogue(bytes.subarray(22 * sector), options.catalogue)
  }
  if (options.joliet !== undefined) {
    const joliet = descriptor(2)
    put(bytes, joliet + 88, '%/E')
    ;[...options.joliet.padEnd(16, ' ')].forEach((letter, index) => (bytes[joliet + 41 + index * 2] = letter.charCodeAt(0)))
  }
  descriptor(255)
  return bytes
}

function writeCatalogue(into: Uint8Array, { defaultPlatform = 0, defaultBootable = true, sections = [] }: Catalogue) {
  into.set([1, defaultPlatform], 0)
  into.set([0x55, 0xaa], 30)
  into[32] = defaultBootable ? 0x88 : 0
  let at = 64
  sections.forEach(({ platform, bootable, count = 1 }, index) => {
    into.set([index === sections.length - 1 ? 0x91 : 0x90, platform, count, 0], at)
    into[at + 32 * count] = bootable ? 0x88 : 0
    at += 32 * (count + 1)
  })
}

describe('an ISO image', () => {
  it('tells its label, and that it boots on BIOS and UEFI', async () => {
    const bytes = isoBytes({ label: 'DEBIAN_12', catalogue: { sections: [{ platform: 0xef, bootable: true }] } })
    expect(await readIsoImage(reader(bytes))).toEqual({ volumeLabel: 'DEBIAN_12', bootsBios: true, bootsUefi: true })
  })

  it('prefers the Joliet label, which keeps small letters, unless that is cut short', async () => {
    const short = isoBytes({ label: 'UBUNTU_22_04', joliet: 'Ubuntu 22.04' })
    expect((await readIsoImage(reader(short)))?.volumeLabel).toBe('Ubuntu 22.04')
    const long = isoBytes({ label: 'Debian 12.5.0 amd64 n', joliet: 'Debian 12.5.0 am' })
    expect((await readIsoImage(reader(long)))?.volumeLabel).toBe('Debian 12.5.0 amd64 n')
  })

  it('without a boot record does not boot', async () => {
    expect(await readIsoImage(reader(isoBytes({ label: 'PHOTOS' })))).toEqual({
      volumeLabel: 'PHOTOS',
      bootsBios: false,
      bootsUefi: false,
    })
  })

  it('whose boot entries are not marked bootable does not boot', async () => {
    const catalogue = { defaultBootable: false, sections: [{ platform: 0xef, bootable: false }] }
    expect(await readIsoImage(reader(isoBytes({ catalogue })))).toMatchObject({ bootsBios: false, bootsUefi: false })
  })

  it('that only UEFI can boot says so', async () => {
    const catalogue = { defaultPlatform: 0xef }
    expect(await readIsoImage(reader(isoBytes({ catalogue })))).toMatchObject({ bootsBios: false, bootsUefi: true })
  })

  it('finds an entry behind a section of several', async () => {
    const catalogue = {
      defaultBootable: false,
      sections: [
        { platform: 0, bootable: false, count: 3 },
        { platform: 0xef, bootable: true, count: 2 },
      ],
    }
    expect(await readIsoImage(reader(isoBytes({ catalogue })))).toMatchObject({ bootsUefi: true })
  })

  it('without a label has none', async () => {
    expect((await readIsoImage(reader(isoBytes({}))))?.volumeLabel).toBeNull()
  })

  it('cut off anywhere neither throws nor boots by accident', async () => {
    const whole = isoBytes({ label: 'CUT', catalogue: {} })
    for (let length = 0; length < whole.length; length += 512) {
      const image = await readIsoImage(reader(whole.subarray(0, length)))
      if (length < 17 * sector) expect(image).toBeNull()
    }
  })

  it('made of noise is refused or read, never thrown at', async () => {
    const whole = isoBytes({ label: 'NOISE', catalogue: { sections: [{ platform: 0xef, bootable: true }] } })
    const damage = fc.array(fc.tuple(fc.integer({ min: 16 * sector, max: whole.length - 1 }), fc.integer({ min: 0, max: 255 })))
    await fc.assert(
      fc.asyncProperty(damage, async (changes) => {
        const damaged = whole.slice()
        for (const [at, value] of changes) damaged[at] = value
        await readIsoImage(reader(damaged))
      }),
    )
  })

  const foreign = '/usr/lib/ipxe/ipxe.iso'
  it.skipIf(!existsSync(foreign))("of iPXE, made by other people's tools, boots", async () => {
    const file = await open(foreign)
    const image = await readIsoImage(async (position, length) => {
      const { buffer, bytesRead } = await file.read({ buffer: new Uint8Array(length), position })
      return buffer.subarray(0, bytesRead)
    })
    expect(image).toMatchObject({ bootsBios: true })
    expect(image?.volumeLabel).toBeTruthy()
    await file.close()
  })
})
