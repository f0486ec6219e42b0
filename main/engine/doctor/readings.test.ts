import { readFile } from 'node:fs/promises'

import { describe, expect, it } from 'vitest'

import { findDenials } from './checks/denials.ts'
import { isLocked } from './checks/image-use.ts'
import { parseMemory } from './checks/memory.ts'
import { newestOfFamily } from './checks/platform.ts'
import { parseListeners } from '../networks/listeners.ts'

const uuid = '4d8e5a0c-9a3e-4d0f-8f7c-3a1f6a0f2b11'

describe('the kernel’s record of refusals', () => {
  const at = (seconds: number) =>
    `audit: type=1400 audit(${seconds}.123:55): apparmor="DENIED" operation="open" class="file" profile="libvirt-${uuid}" name="/srv/odd/disk.qcow2" pid=4242 comm="qemu-system-x86" requested_mask="r" denied_mask="r" fsuid=64055 ouid=0`
  const seLinux =
    'type=AVC msg=audit(1700000000.456:99): avc:  denied  { read } for  pid=77 comm="qemu-system-x86" path="/home/ada/a.iso" dev="dm-0" ino=9 scontext=system_u:system_r:svirt_t:s0:c1,c2 tcontext=unconfined_u:object_r:user_home_t:s0 tclass=file permissive=0'
  const nowMs = 1_700_000_060_000

  it('names the file that AppArmor kept from this machine', () => {
    const others = at(1_700_000_000).replaceAll(uuid, '00000000-0000-4000-8000-000000000000')
    expect(findDenials([others, at(1_700_000_000)].join('\n'), uuid, nowMs)).toMatchObject([
      { module: 'AppArmor', path: '/srv/odd/disk.qcow2' },
    ])
  })

  it('names the file that SELinux kept from a QEMU, and tells one file once', () => {
    expect(findDenials(`${seLinux}\n${seLinux}`, uuid, nowMs)).toMatchObject([
      { module: 'SELinux', path: '/home/ada/a.iso' },
    ])
  })

  it('is not believed when it is old, or of other programs', () => {
    expect(findDenials(at(1_600_000_000), uuid, nowMs)).toEqual([])
    expect(findDenials(seLinux.replace('svirt_t', 'httpd_t'), uuid, nowMs)).toEqual([])
  })
})

describe('the kernel’s tables', () => {
  it('tell who listens where, in both families of addresses', () => {
    const table = [
      '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
      '   0: 0100007F:170C 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 12 1',
      '   1: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 13 1',
      '   2: 0100007F:1F90 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 14 1',
      '   3: 00000000000000000000000001000000:170D 00000000000000000000000000000000:0000 0A 0 0 0 0 0 0 15',
      '   4: 0000000000000000FFFF00000100007F:170E 00000000000000000000000000000000:0000 0A 0 0 0 0 0 0 16',
    ].join('\n')
    expect(parseListeners(table)).toEqual([
      { address: '127.0.0.1', port: 5900 },
      { address: '', port: 22 },
      { address: '::1', port: 5901 },
      { address: '127.0.0.1', port: 5902 },
    ])
  })

  it('tell whether QEMU writes to a file, and nothing of other locks', () => {
    const lock = (file: string, first: number, last: string) => `1: OFDLCK ADVISORY  READ -1 ${file} ${first} ${last}`
    expect(isLocked(lock('08:01:77', 100, '101'), '77')).toBe(true)
    expect(isLocked(lock('08:01:77', 201, '201'), '77')).toBe(true)
    expect(isLocked(lock('08:01:77', 0, 'EOF'), '77')).toBe(true)
    expect(isLocked(lock('08:01:77', 100, '100'), '77')).toBe(false) // reads only
    expect(isLocked(lock('08:01:78', 100, '101'), '77')).toBe(false)
    expect(isLocked('1: POSIX  ADVISORY  WRITE 12 08:01:77 101 101', '77')).toBe(false)
  })

  it('tell how much memory one program may have, by the policy of the host', async () => {
    const table = 'MemTotal: 1000 kB\nMemFree: 1 kB\nMemAvailable:  600 kB\nSwapTotal: 500 kB\nCommitLimit: 900 kB\n'
    expect(parseMemory(table, '0')).toEqual({ totalKiB: 1000, availableKiB: 600, limitKiB: 1500 })
    expect(parseMemory(table, '1')?.limitKiB).toBeNull()
    expect(parseMemory(table, '2')?.limitKiB).toBe(900)
    expect(parseMemory('nothing of use', '0')).toBeNull()
    expect(parseMemory(await readFile('/proc/meminfo', 'utf8'), '0')?.totalKiB).toBeGreaterThan(0)
  })
})

describe('the newest machine type of a family', () => {
  const names = ['pc-q35-7.2', 'pc-q35-2.12', 'pc-q35-10.0', 'q35', 'pc-i440fx-7.2', 'pc', 'virt-7.2']
  it.each([
    ['pc-q35-1.4', 'pc-q35-10.0'],
    ['pc-q35-rhel8.6.0', 'pc-q35-10.0'],
    ['pc-i440fx-focal', 'pc-i440fx-7.2'],
    ['pc-i440fx-2.1', 'pc-i440fx-7.2'],
    ['virt-2.6', 'virt-7.2'],
    ['xenpv', null],
  ])('of %s is %s', (name, newest) => {
    expect(newestOfFamily(name, names)).toBe(newest)
  })
})
