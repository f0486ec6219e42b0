import { describe, expect, it } from 'vitest'

import { ownFiles } from '../hosts/place/own-files.ts'
import { mountOf, parseDefaultRoute, parseMounts, readHardware } from './read-hardware.ts'

const mountinfo = [
  '22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda1 rw',
  '30 22 0:25 / /srv/pool\\040one rw,nosuid shared:7 master:1 - xfs /dev/mapper/vg-pool rw',
  '31 22 254:3 / /srv/pool rw - btrfs /dev/vdb rw',
  '32 22 254:4 / /srv/pool rw - ext4 /dev/vdc rw',
  'nonsense',
].join('\n')

describe('the mounts', () => {
  const mounts = parseMounts(mountinfo)

  it('are read with the names that they have, spaces and optional fields included', () => {
    expect(mounts[1]).toEqual({ mountPoint: '/srv/pool one', fileSystem: 'xfs', source: '/dev/mapper/vg-pool' })
    expect(mounts).toHaveLength(4)
  })

  it.each([
    ['/srv/pool one/images', '/dev/mapper/vg-pool'],
    ['/srv/pool', '/dev/vdc'], // the later of two hides the earlier
    ['/srv/pool/a/b', '/dev/vdc'],
    ['/srv/pooled', '/dev/vda1'], // a longer name is not inside
    ['/', '/dev/vda1'],
  ])('carry %s by %s', (path, source) => {
    expect(mountOf(path, mounts)?.source).toBe(source)
  })

  it('carry nothing where there are none', () => {
    expect(mountOf('/x', [])).toBeNull()
  })
})

describe('the default route', () => {
  const header = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT'
  const line = (name: string, destination: string, metric: number, mask: string) =>
    `${name}\t${destination}\t0102A8C0\t0003\t0\t0\t${metric}\t${mask}\t0\t0\t0`

  it('is the one to everywhere, with the least metric', () => {
    const text = [
      header,
      line('eth0', '0000A8C0', 0, '00FFFFFF'),
      line('wlan0', '00000000', 600, '00000000'),
      line('eth1', '00000000', 100, '00000000'),
    ]
    expect(parseDefaultRoute(text.join('\n'))).toBe('eth1')
  })

  it('is none where there is none', () => {
    expect(parseDefaultRoute(header)).toBeNull()
    expect(parseDefaultRoute('')).toBeNull()
  })
})

describe('this computer', () => {
  it('says which device a folder lies on, and nothing of what is not there', async () => {
    const { storage, bridgePorts } = await readHardware(ownFiles, ['/', '/nowhere/at/all'], ['no-such-bridge'])
    expect(storage.get('/')).toMatchObject({ mountPoint: '/', totalBytes: expect.any(Number) as number })
    expect(storage.get('/')?.totalBytes).toBeGreaterThan(storage.get('/')?.availableBytes ?? Number.POSITIVE_INFINITY)
    expect(storage.has('/nowhere/at/all')).toBe(false)
    expect(bridgePorts.get('no-such-bridge')).toEqual([])
  })
})
