import type { OsCloudImage } from '@strata/contract/catalogue.ts'
import { describe, expect, it } from 'vitest'

import { parseCatalogue } from './catalogue-file.ts'
import shipped from './cloud-images.json' with { type: 'json' }
import { imagesBeside } from './osinfo-images.ts'

const ours = parseCatalogue(shipped, 'strata')

const listed = (
  changes: Partial<Omit<OsCloudImage, 'os'>> & { os?: Partial<OsCloudImage['os']> } = {},
): OsCloudImage => ({
  architecture: 'x86_64',
  url: 'https://example.org/Rocky-8.qcow2',
  format: 'qcow2',
  variant: null,
  cloudInit: true,
  user: 'rocky',
  ...changes,
  os: {
    osId: 'rocky8',
    name: 'Rocky Linux 8',
    version: '8',
    distro: 'rocky',
    family: 'linux',
    vendor: null,
    releasedAtMs: Date.UTC(2021, 5, 21),
    endOfLifeAtMs: null,
    support: 'supported',
    glyph: { letters: 'R', hue: 'green' },
    scriptKinds: [],
    hasCloudImage: true,
    ...changes.os,
  },
})

describe('images that only the database of systems lists', () => {
  it('are added with what is known of them, and said to be verified by nothing', () => {
    expect(imagesBeside(ours, [listed()])).toMatchObject([
      { id: 'rocky8-amd64', osId: 'rocky8', name: 'Rocky Linux', version: '8', releasedIn: '2021-06', checksum: null },
    ])
  })

  it('leave ours as they are, which can be verified', () => {
    expect(imagesBeside(ours, [listed({ os: { osId: 'debian12' } })])).toEqual([])
  })

  it('are one for each system and architecture: the one with most drivers', () => {
    const variants = [
      listed({ variant: 'genericcloud' }),
      listed({ variant: 'generic', url: 'https://example.org/full' }),
    ]
    expect(imagesBeside(ours, variants).map(({ url }) => url)).toEqual(['https://example.org/full'])
    expect(imagesBeside(ours, [listed(), listed({ architecture: 'aarch64' })])).toHaveLength(2)
  })

  it.each([
    ['is mended no more', listed({ os: { support: 'ended' } })],
    ['cannot be set up', listed({ cloudInit: false })],
    ['is of another format', listed({ format: 'raw' })],
    ['comes over a way that can be listened to', listed({ url: 'http://example.org/x.qcow2' })],
    ['has no address', listed({ url: 'nowhere' })],
    ['has a name that is none', listed({ os: { osId: '../x' } })],
  ])('are left out when one %s', (_, image) => {
    expect(imagesBeside(ours, [image])).toEqual([])
  })
})
