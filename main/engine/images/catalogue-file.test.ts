import { describe, expect, it } from 'vitest'

import { tinyEntry } from '../testing/tiny-image.ts'
import { parseCatalogue } from './catalogue-file.ts'
import shipped from './cloud-images.json' with { type: 'json' }
import { imageIdOf, volumeNameOf } from './placed-images.ts'

const entry = {
  ...tinyEntry,
  url: 'images/tiny.qcow2',
  signature: { kind: 'detached', of: 'checksum', url: 'images/SHA256SUMS.gpg', keyrings: ['/keys.gpg'] },
}

describe('the catalogue that comes with Strata', () => {
  const images = parseCatalogue(shipped, 'strata')

  it('takes nothing over a way that can be listened to, and nothing without a checksum', () => {
    for (const { id, url, checksum } of images) {
      expect(url, id).toMatch(/^https:/)
      expect(checksum?.url, id).toMatch(/^https:/)
    }
  })

  it('has for each system what fits this kind of computer, named for it', () => {
    const endings = { x86_64: 'amd64', aarch64: 'arm64' } as const
    for (const { id, architecture } of images)
      expect(id).toMatch(new RegExp(`-${endings[architecture as keyof typeof endings]}$`))
    const systems = [
      'debian',
      'ubuntu',
      'fedora',
      'almalinux',
      'rocky',
      'centos',
      'opensuse',
      'archlinux',
      'alpine',
      'freebsd',
    ]
    for (const system of systems) expect(images.filter(({ id }) => id.startsWith(system)).length).toBeGreaterThan(0)
  })

  it('gives each image names from which it is found again', () => {
    for (const image of images) expect(imageIdOf(volumeNameOf(image, 'c0ffee00beef'))).toBe(image.id)
    expect(imageIdOf('debian-12-generic-amd64.qcow2')).toBeNull()
  })

  it('finds the name of an image in the file of checksums by the name that the file has', () => {
    for (const { id, url, checksum } of images)
      if (checksum?.layout !== 'single') expect(new URL(url).pathname, id).toMatch(/\.(qcow2|img|qcow2\.xz)$/)
  })
})

describe('a catalogue from elsewhere', () => {
  it('may say where things are from where it lies itself', () => {
    const [image] = parseCatalogue({ version: 1, images: [entry] }, 'https://mirror.example/strata/catalogue.json')
    expect(image).toMatchObject({
      url: 'https://mirror.example/strata/images/tiny.qcow2',
      checksum: { url: 'https://mirror.example/strata/SHA256SUMS' },
      signature: { url: 'https://mirror.example/strata/images/SHA256SUMS.gpg' },
    })
  })

  it('that lies on this computer may name files of it', () => {
    const [image] = parseCatalogue(
      { version: 1, images: [{ ...entry, url: 'tiny.qcow2' }] },
      'file:///srv/catalogue.json',
    )
    expect(image?.url).toBe('file:///srv/tiny.qcow2')
  })

  it.each([
    ['no catalogue at all', 'hello'],
    ['another version', { version: 2, images: [] }],
    ['an id with a folder in it', { version: 1, images: [{ ...entry, id: '../../etc/x' }] }],
    ['an address of another kind', { version: 1, images: [{ ...entry, url: 'ftp://x/y' }] }],
    ['a file of this computer', { version: 1, images: [{ ...entry, url: 'file:///etc/shadow' }] }],
    [
      'a checksum in a file of this computer',
      { version: 1, images: [{ ...entry, checksum: { ...tinyEntry.checksum, url: 'file:///etc/shadow' } }] },
    ],
    ['one image twice', { version: 1, images: [entry, entry] }],
    ['a form of image that cannot be told whole', { version: 1, images: [{ ...entry, format: 'raw' }] }],
  ])('is refused with what does not fit: %s', (_, content) => {
    expect(() => parseCatalogue(content, 'https://mirror.example/c.json')).toThrow(
      expect.objectContaining({ code: 'invalid-input' }) as Error,
    )
  })
})
