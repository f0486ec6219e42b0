import { open } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { isoBytes, sector } from '../testing/iso-bytes.ts'
import type { ReadAt } from '../read-at.ts'
import { readIsoImage } from './iso-image.ts'

function reader(bytes: Uint8Array): ReadAt {
  return (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length))
}

describe('an ISO image', () => {
  it('tells its label, and that it boots on BIOS and UEFI', async () => {
    const bytes = isoBytes({ label: 'DEBIAN_12', catalogue: { sections: [{ platform: 0xef, bootable: true }] } })
    const image = await readIsoImage(reader(bytes))
    expect(image).toMatchObject({ volumeLabel: 'DEBIAN_12', bootsBios: true, bootsUefi: true })
  })

  it('tells what an operating system is known by, and how large it claims to be', async () => {
    const words = { systemId: 'LINUX', publisherId: 'MICROSOFT CORPORATION', applicationId: 'GENISOIMAGE 1.1' }
    const bytes = isoBytes({ label: 'Debian 12.5.0 amd64 n', ...words, joliet: 'Debian 12.5.0 amd64 n' })
    expect(await readIsoImage(reader(bytes))).toMatchObject({ ...words, volumeId: 'Debian 12.5.0 amd64 n' })
    const large = await readIsoImage(reader(isoBytes({ volumeSectors: 4_000_000 })))
    expect(large).toMatchObject({ volumeSizeBytes: 8_192_000_000, systemId: null, volumeId: null })
  })

  it('prefers the Joliet label, which keeps small letters, unless that is cut short', async () => {
    const short = isoBytes({ label: 'UBUNTU_22_04', joliet: 'Ubuntu 22.04' })
    expect((await readIsoImage(reader(short)))?.volumeLabel).toBe('Ubuntu 22.04')
    const long = isoBytes({ label: 'Debian 12.5.0 amd64 n', joliet: 'Debian 12.5.0 am' })
    expect((await readIsoImage(reader(long)))?.volumeLabel).toBe('Debian 12.5.0 amd64 n')
  })

  it('without a boot record does not boot', async () => {
    expect(await readIsoImage(reader(isoBytes({ label: 'PHOTOS' })))).toMatchObject({
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
    const damage = fc.array(
      fc.tuple(fc.integer({ min: 16 * sector, max: whole.length - 1 }), fc.integer({ min: 0, max: 255 })),
    )
    await fc.assert(
      fc.asyncProperty(damage, async (changes) => {
        const damaged = whole.slice()
        for (const [at, value] of changes) damaged[at] = value
        await readIsoImage(reader(damaged))
      }),
    )
  })

  const foreign = '/usr/lib/ipxe/ipxe.iso'
  // The ISO comes with the package ipxe.
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
