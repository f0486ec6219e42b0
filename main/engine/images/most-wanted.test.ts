import { describe, expect, it } from 'vitest'

import { parseCatalogue } from './catalogue-file.ts'
import shippedCatalogue from './cloud-images.json' with { type: 'json' }
import { mostWantedFirst } from './most-wanted.ts'

const image = (osId: string, version: string, releasedIn: string | null) => ({ osId, version, releasedIn })
const order = (...images: Parameters<typeof mostWantedFirst>[0]) => mostWantedFirst(images).map(({ osId }) => osId)

describe('images', () => {
  it('begin with the best release of each family, the most used family first', () => {
    expect(
      order(
        image('freebsd15.1', '15.1', '2026-06'),
        image('debian12', '12', '2023-06'),
        image('debian13', '13', '2025-08'),
        image('fedora44', '44', '2026-04'),
        image('ubuntu24.04', '24.04 LTS', '2024-04'),
      ),
    ).toEqual(['ubuntu24.04', 'debian13', 'fedora44', 'freebsd15.1', 'debian12'])
  })

  it('of one family are first those that are mended for long, then the newest, and rolling ones last', () => {
    expect(
      order(
        image('ubuntu25.10', '25.10', '2025-10'),
        image('ubuntu22.04', '22.04 LTS', '2022-04'),
        image('ubuntu24.04', '24.04 LTS', '2024-04'),
      ),
    ).toEqual(['ubuntu24.04', 'ubuntu22.04', 'ubuntu25.10'])
    expect(order(image('opensusetumbleweed', 'rolling', null), image('opensuse16.0', '16.0', '2025-10'))).toEqual([
      'opensuse16.0',
      'opensusetumbleweed',
    ])
  })

  it('that Strata brings begin with what is asked for most, and lose none', () => {
    const ours = parseCatalogue(shippedCatalogue, 'strata').filter(({ architecture }) => architecture === 'x86_64')
    const sorted = mostWantedFirst(ours)
    expect(sorted.slice(0, 4).map(({ id }) => id.replace(/-.*/, ''))).toEqual([
      'ubuntu',
      'debian',
      'fedora',
      'almalinux',
    ])
    expect(new Set(sorted)).toEqual(new Set(ours))
  })
})
