import { execFileSync } from 'node:child_process'
import { copyFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startDaemon, type RealDaemon } from '../testing/real-daemon.ts'
import type { Connection } from './connection.ts'
import type { Domain } from './domain.ts'
import { LibvirtError } from './errors.ts'
import { openConnection } from './open.ts'

// A real guest with a real agent in it: emulated, so that its boot alone takes a good part of a minute.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 240_000 })

const BUILD_GUEST = fileURLToPath(new URL('../../e2e/guest/build.mjs', import.meta.url))
const MIB = 1_048_576

let daemon: RealDaemon
let connection: Connection
let domain: Domain

beforeAll(async () => {
  daemon = await startDaemon()
  const folder = daemon.dataFolder
  // A daemon in a tree of its own sees this folder and not the cache.
  copyFileSync(
    execFileSync(process.execPath, [BUILD_GUEST], { encoding: 'utf8' }).trim().split('\n').at(-1) ?? '',
    join(folder, 'guest.iso'),
  )
  connection = await openConnection(daemon.uri('qemu:///session'))
  const pool = await connection.storagePoolCreateXML(
    `<pool type='dir'><name>p</name><target><path>${folder}</path></target></pool>`,
  )
  await pool.storageVolCreateXML(
    `<volume><name>data.qcow2</name><capacity unit='MiB'>64</capacity><target><format type='qcow2'/></target></volume>`,
  )
  domain = await connection.domainDefineXML(`<domain type='qemu'>
    <name>agent</name><memory unit='MiB'>256</memory><vcpu>2</vcpu>
    <os><type arch='x86_64' machine='q35'>hvm</type></os><features><acpi/></features>
    <cpu mode='custom'><model>qemu64</model></cpu>
    <devices>
      <disk type='file' device='cdrom'><source file='${join(folder, 'guest.iso')}'/><target dev='sda' bus='sata'/><readonly/><boot order='1'/></disk>
      <disk type='file' device='disk'><driver name='qemu' type='qcow2' discard='unmap'/><source file='${join(folder, 'data.qcow2')}'/><target dev='vda' bus='virtio'/></disk>
      <interface type='user'><mac address='52:54:00:00:00:09'/><model type='virtio'/></interface>
      <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
      <video><model type='vga'/></video>
    </devices>
  </domain>`)
  const talks = connection.domainEvents('agent-lifecycle', { domain })
  await talks.ready
  domain = await domain.create()
  for await (const { state } of talks) if (state === 'connected') break
  expect(await run('format-disk')).toBe('formatted\n')
})

afterAll(async () => {
  await connection.close()
  await daemon.stop()
})

async function ask<Answer>(execute: string, args: object = {}): Promise<Answer> {
  const answer = await domain.agentCommand(JSON.stringify({ execute, arguments: args }), 30)
  return (JSON.parse(answer) as { return: Answer }).return
}

/** Runs a command line in the guest and gives what it printed. */
async function run(line: string): Promise<string> {
  const { pid } = await ask<{ pid: number }>('guest-exec', {
    path: '/bin/sh',
    arg: ['-c', line],
    'capture-output': true,
  })
  for (;;) {
    // Its end is announced by nothing; each question takes the guest a moment.
    const status = await ask<{ exited: boolean; 'out-data'?: string }>('guest-exec-status', { pid })
    if (status.exited) return Buffer.from(status['out-data'] ?? '', 'base64').toString()
  }
}

describe('the agent in a guest', () => {
  it('tells of the system, its users and its disks', async () => {
    await domain.agentSetResponseTimeout(30)
    const info = await domain.getGuestInfo(['os', 'timezone', 'hostname', 'filesystem', 'users'])
    expect(info).toMatchObject({
      ...{ 'os.id': 'strata-guest', 'os.pretty-name': 'Strata test guest 1', hostname: 'guest' },
      ...{ 'user.count': 0, 'fs.count': expect.any(Number) as unknown, 'timezone.offset': 0 },
    })
    expect(await domain.getHostname(['agent'])).toBe('guest')
  })

  it('tells what is mounted, and on which disk of ours it is', async () => {
    expect(await domain.getFSInfo()).toContainEqual({
      ...{ mountPoint: '/data', name: 'vda', type: 'ext4', disks: ['vda'] },
    })
  })

  it('tells the addresses of its cards', async () => {
    // A lease may come later than the agent: the command waits for it.
    await run('while ! ip addr show eth0 | grep -q 10.0.2.15; do :; done')
    const card = (await domain.interfaceAddresses('agent')).find(({ name }) => name === 'eth0')
    expect(card).toMatchObject({ mac: '52:54:00:00:00:09' })
    expect(card?.addresses).toContainEqual({ type: 'ipv4', address: '10.0.2.15', prefixLength: 24 })
  })

  it('sets a password, given as it is or hashed', async () => {
    // The guest's busybox has no such program: this one writes down what the agent asks of it.
    await run(
      `printf '#!/bin/sh\\n{ printf "%%s\\n" "$*"; cat; } >> /run/chpasswd\\n' > /bin/chpasswd && chmod +x /bin/chpasswd`,
    )
    await domain.setUserPassword('root', 'pass: wörd')
    await domain.setUserPassword('root', '$6$salt$hash', ['encrypted'])
    expect(await run('cat /run/chpasswd')).toBe('\nroot:pass: wörd\n-e\nroot:$6$salt$hash\n')
  })

  it('keeps the keys that ssh lets in', async () => {
    const keys = ['ssh-ed25519 AAAAC3Nza one', 'ssh-ed25519 AAAAC3Nzb two']
    await domain.authorizedSSHKeysSet('root', keys)
    // The agent gives them in an order of its own.
    expect((await domain.authorizedSSHKeysGet('root')).sort()).toEqual(keys)
    await domain.authorizedSSHKeysSet('root', ['ssh-ed25519 AAAAC3Nzc three'], ['append'])
    await domain.authorizedSSHKeysSet('root', keys.slice(0, 1), ['remove'])
    expect((await run('cat /root/.ssh/authorized_keys')).trimEnd().split('\n')).toEqual([
      'ssh-ed25519 AAAAC3Nzb two',
      'ssh-ed25519 AAAAC3Nzc three',
    ])
    await expect(domain.authorizedSSHKeysGet('nobody-here')).rejects.toMatchObject({ name: 'LibvirtError' })
  })

  it('holds writes back for a moment, and lets them go on', async () => {
    expect(await domain.fsFreeze(['/data'])).toBe(1)
    expect(await ask('guest-fsfreeze-status')).toBe('frozen')
    expect(await domain.fsThaw()).toBe(1)
    expect(await ask('guest-fsfreeze-status')).toBe('thawed')
    expect(await domain.fsFreeze()).toBeGreaterThan(0)
    expect(await domain.fsThaw()).toBeGreaterThan(0)
  })

  it('gives the blocks of deleted files back', async () => {
    await run('dd if=/dev/zero of=/data/large bs=1M count=32 && sync')
    const taken = () => statSync(join(daemon.dataFolder, 'data.qcow2')).blocks * 512
    expect(taken()).toBeGreaterThan(32 * MIB)
    await run('rm /data/large && sync')
    await domain.fsTrim()
    expect(taken()).toBeLessThan(16 * MIB)
  })

  it('reads and sets the clock', async () => {
    await run('ln -s /bin/busybox /sbin/hwclock') // where the agent looks for it
    const wantedMs = Date.UTC(2031, 1, 3, 4, 5, 6)
    await domain.setTime(wantedMs)
    expect(Math.abs((await domain.getTime()) - wantedMs)).toBeLessThan(60_000)
    // Its real-time clock was set as well: that brings back a system whose own clock went astray.
    await run('date -s 2001-01-01')
    await domain.setTime('rtc')
    expect(Math.abs((await domain.getTime()) - wantedMs)).toBeLessThan(60_000)
  })

  it('takes a CPU out of the guest’s use, and gives it back', async () => {
    expect(await domain.getGuestVcpus()).toMatchObject({ vcpus: '0-1', online: '0-1' })
    await domain.setGuestVcpus([1], false)
    expect(await domain.getGuestVcpus()).toMatchObject({ online: '0' })
    await domain.setGuestVcpus([1], true)
    expect(await domain.getGuestVcpus()).toMatchObject({ online: '0-1' })
  })

  it('shuts the guest down, after which nobody is there to ask', async () => {
    const events = connection.domainEvents('lifecycle', { domain })
    await events.ready
    // The guest may be gone before its agent's consent has arrived, which libvirt then calls a failure.
    const asked = domain.shutdown(['guest-agent']).catch((error: unknown) => expect(error).toBeInstanceOf(LibvirtError))
    for await (const { event } of events) if (event === 'stopped') break
    await asked
    await expect(domain.getFSInfo()).rejects.toMatchObject({ code: 'operation-invalid' })
    domain = await domain.create(['paused'])
    await expect(domain.getHostname(['agent'])).rejects.toMatchObject({ name: 'LibvirtError' })
  })
})
