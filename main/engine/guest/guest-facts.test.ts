import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

import type { CrossSection } from '@strata/contract/cross-section.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { hostId, startTestEngine, type TestEngine } from '../testing/test-engine.ts'
import { makeGuest } from '../testing/test-guest.ts'
import { guestFacts, guestInterfaces } from './guest-facts.ts'

describe('what a guest tells of itself', () => {
  it('is read by libvirt’s names', () => {
    expect(
      guestFacts({
        'os.pretty-name': 'Debian GNU/Linux 12 (bookworm)',
        'os.kernel-release': '6.1.0-18-amd64',
        hostname: 'web',
        'fs.count': 2,
        'fs.0.mountpoint': '/',
        'fs.0.fstype': 'ext4',
        'fs.0.total-bytes': 2n ** 60n,
        'fs.0.used-bytes': 512,
        'fs.0.disk.count': 1,
        'fs.0.disk.0.alias': 'vda',
        'fs.1.mountpoint': '/boot',
        'fs.1.fstype': 'vfat',
      }),
    ).toEqual({
      osName: 'Debian GNU/Linux 12 (bookworm)',
      kernel: '6.1.0-18-amd64',
      hostname: 'web',
      fileSystems: [
        { mountPoint: '/', type: 'ext4', totalBytes: 2 ** 60, usedBytes: 512, diskTargets: ['vda'] },
        { mountPoint: '/boot', type: 'vfat', totalBytes: null, usedBytes: null, diskTargets: [] },
      ],
    })
  })

  it('is nothing when it tells nothing, and never more than fits', () => {
    expect(guestFacts({})).toEqual({ osName: null, kernel: null, hostname: null, fileSystems: [] })
    // A guest is not to be trusted: neither with our memory nor with the size of a card.
    const liar = guestFacts({
      hostname: 'x'.repeat(1e6),
      'fs.count': 4_000_000_000,
      'os.name': '',
      'fs.0.disk.count': -3,
    })
    expect(liar.hostname?.length).toBeLessThanOrEqual(200)
    expect(liar.fileSystems.length).toBeLessThanOrEqual(64)
    expect(liar.osName).toBeNull()
  })
})

describe('the addresses that a guest tells of', () => {
  const face = (count: number, name = 'eth0') => ({
    name,
    mac: '52:54:00:ab:cd:ef',
    addresses: Array.from({ length: count }, (_, at) => ({
      type: 'ipv4' as const,
      address: `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`,
      prefixLength: 8,
    })),
  })

  it.each([131_072, 262_144])('are 16 of one interface and 64 in all, of %i told', (count) => {
    const one = guestInterfaces([face(count)])
    expect(one[0]?.addresses).toHaveLength(16)
    const many = guestInterfaces(Array.from({ length: 1_000 }, (_, at) => face(100, `eth${at}`)))
    expect(many).toHaveLength(64)
    expect(many.flatMap(({ addresses }) => addresses)).toHaveLength(64)
  })

  it('and the names and MACs are bounded, and of their shape', () => {
    const hostile = {
      name: 'x'.repeat(1e6),
      mac: 'y'.repeat(1e6),
      addresses: ['z'.repeat(1e6), '<b>', '10.0.0.7', 'fe80::1', '::ffff:10.0.0.8'].map((address) => ({
        type: 'ipv4' as const,
        address,
        prefixLength: 8,
      })),
    }
    const [told] = guestInterfaces([hostile])
    expect(told?.name).toHaveLength(200)
    expect(told?.macAddress).toBeNull()
    expect(told?.addresses).toEqual(['10.0.0.7', '::ffff:10.0.0.8'])
  })
})

describe('a guest with an agent', () => {
  let test: TestEngine
  beforeAll(async () => {
    test = await startTestEngine()
  }, 60_000)
  afterAll(() => test.stop(), 60_000)

  it('is seen into as soon as its agent talks, and no longer once it is off', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['e2e/guest/build.mjs'])
    const guest = await makeGuest(test, 'seen', {
      edit: (definition) => {
        definition.memoryKiB = 256 * 1024
        definition.currentMemoryKiB = 256 * 1024
        const { devices } = definition
        const drive = devices.disks.find((disk) => disk.device === 'cdrom')
        if (drive !== undefined) drive.source.file = stdout.trim().split('\n').at(-1) ?? null
        devices.interfaces.add({ type: 'user', macAddress: '52:54:00:AB:CD:EF', model: 'virtio' })
      },
    })
    const stream = await test.client.crossSection.watch({ hostId, uuid: guest.uuid })
    const until = async (fits: (section: CrossSection) => boolean) => {
      for await (const section of stream) if (fits(section)) return section
      throw new Error('the stream ended')
    }
    const agentOf = (section: CrossSection) => section.nodes.find(({ id }) => id === 'agent')?.detail.english
    await guest.domain.create()
    const [section] = await Promise.all([
      until((each) => agentOf(each) === 'talking' && each.nodes.some(({ id }) => id.startsWith('address-'))),
      // The list has the address as well, for the search.
      test.until(({ machines }) => machines.get(guest.uuid)?.addresses.includes('10.0.2.15') ?? false),
    ])
    expect(section.captions.guest.english).toMatch(/kernel \d/)
    const address = section.nodes.find(({ title }) => title.english === '10.0.2.15')
    expect(address?.stratum).toBe('guest')
    expect(section.links).toContainEqual({ upperId: address?.id, lowerId: 'nic-0' })
    const again = await test.client.crossSection.watch({ hostId, uuid: guest.uuid })
    await guest.domain.destroy()
    for await (const each of again) if (agentOf(each) === 'the machine is off') break
    await test.until(({ machines }) => machines.get(guest.uuid)?.addresses.length === 0)
  }, 240_000)
})
