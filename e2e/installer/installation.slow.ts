import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { extractBootFiles } from '../../main/engine/guest-setup/answers/extract-boot-files.ts'
import { planAnswers } from '../../main/engine/guest-setup/answers/plan-answers.ts'
import { writeIso } from '../../main/engine/guest-setup/disc/write-iso.ts'
import { testSetup } from '../../main/engine/guest-setup/testing/test-setup.ts'
import { giveToTestUser } from '../../node-libvirt/testing/test-user.ts'
import { startSessionDaemon, type StoryDaemon } from '../daemon/story-daemon.ts'
import { Virsh } from '../daemon/virsh.ts'
import { installerOfMirror, type MirroredInstaller } from './installer-of-mirror.mjs'
import { archives, startMirror } from './mirror.mjs'

const machine = { name: 'unattended', uuid: '6f2a5a0e-5f0e-4d0c-9a53-0d3a1f3b7c11' }
const host = '10.0.2.2' // this computer, as QEMU's user-mode network shows it to the guest
const hours = 60 * 60_000

let daemon: StoryDaemon
let virsh: Virsh
let installer: MirroredInstaller
let mirror: Awaited<ReturnType<typeof startMirror>>

beforeAll(async () => {
  installer = await installerOfMirror(archives()[0]?.base ?? '', console.log)
  mirror = await startMirror(installer.own)
  daemon = await startSessionDaemon()
  virsh = new Virsh(daemon)
})

afterAll(async () => {
  await daemon?.stop()
  mirror?.close()
})

function put(name: string, content: Uint8Array): string {
  const path = join(daemon.dataFolder, name)
  writeFileSync(path, content)
  chmodSync(path, 0o600)
  giveToTestUser(daemon.user, path)
  return path
}

/** @param boot what the firmware is passed over for, while the system is being installed */
async function define(boot: { kernel: string; initrd: string; commandLine: string } | null): Promise<void> {
  const direct =
    boot === null
      ? ''
      : `<kernel>${boot.kernel}</kernel><initrd>${boot.initrd}</initrd><cmdline>${boot.commandLine}</cmdline>`
  const xml = `<domain type='qemu'>
    <name>${machine.name}</name><uuid>${machine.uuid}</uuid>
    <memory unit='MiB'>1024</memory><vcpu>2</vcpu>
    <os><type arch='x86_64' machine='q35'>hvm</type>${direct}<boot dev='hd'/></os>
    <features><acpi/></features><cpu mode='maximum'/>
    <on_reboot>${boot === null ? 'restart' : 'destroy'}</on_reboot>
    <devices>
      <disk type='file' device='disk'><driver name='qemu' type='qcow2' cache='unsafe'/>
        <source file='${join(daemon.dataFolder, 'unattended.qcow2')}'/><target dev='vda' bus='virtio'/></disk>
      <interface type='user'><model type='virtio'/></interface>
      <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
      <serial type='file'><source path='${serialPath()}'/></serial>
      <rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>
      <video><model type='vga'/></video>
    </devices>
  </domain>`
  await virsh.run('define', put('unattended.xml', Buffer.from(xml)))
}

const serialPath = () => join(daemon.dataFolder, 'serial.log')
/** What the installer said last: the reason, where it stands still over a question. */
const lastWords = () => (existsSync(serialPath()) ? readFileSync(serialPath(), 'latin1').slice(-3000) : '')

async function runInGuest(line: string): Promise<string> {
  const ask = async (execute: string, args: object) =>
    (
      JSON.parse(await virsh.run('qemu-agent-command', machine.name, JSON.stringify({ execute, arguments: args }))) as {
        return: Record<string, unknown>
      }
    ).return
  const { pid } = await ask('guest-exec', { path: '/bin/sh', arg: ['-c', line], 'capture-output': true })
  let status: { readonly exited?: boolean; readonly 'out-data'?: string } = {}
  await expect
    .poll(async () => (status = await ask('guest-exec-status', { pid })).exited, {
      timeout: 120_000,
      interval: 1000,
    })
    .toBe(true)
  return Buffer.from(status['out-data'] ?? '', 'base64')
    .toString()
    .trim()
}

describe('Debian’s installer with Strata’s answers', () => {
  it('installs a whole system that starts from its disk, with nobody there to answer anything', async () => {
    const setup = testSetup({
      password: 'correct horse',
      sshKeys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGk3sK0cY9r5m3sZ7o2y2yq6kGQv2f8rV1vD6Jw6t0nH test'],
      packages: ['qemu-guest-agent'],
      services: ['qemu-guest-agent'],
      runCommands: ["echo 'it ran' > /root/proof", 'exit 3'],
    })
    const facts = {
      osId: installer.osId,
      architecture: 'x86_64',
      firmware: 'bios' as const,
      diskDevice: '/dev/vda',
      ...{
        machine,
        macAddress: null,
        volumeLabel: null,
        kernelPath: null,
        initrdPath: null,
        windows: null,
        driversDisc: false,
      },
      mirror: { host: `${host}:${mirror.port}`, path: '/debian', securityPath: '/debian-security' },
    }
    const boot = planAnswers(facts, setup)?.boot
    if (!boot) throw new Error('There is no plan for Debian.')
    const medium = writeIso('DEBIAN', [
      { path: 'install.amd/vmlinuz', content: installer.kernel },
      { path: 'install.amd/initrd.gz', content: installer.initrd },
    ])
    const injected = boot.injected.map((file) =>
      file.path === 'preseed.cfg'
        ? { ...file, content: Buffer.concat([file.content, Buffer.from(installer.preseed)]) }
        : file,
    )
    const readAt = (offset: number, length: number) => Promise.resolve(medium.subarray(offset, offset + length))
    const files = await extractBootFiles(readAt, { ...boot, injected })
    await virsh.run('pool-create-as', 'data', 'dir', '--target', daemon.dataFolder)
    await virsh.run('vol-create-as', 'data', 'unattended.qcow2', '8G', '--format', 'qcow2')
    await define({
      kernel: put('vmlinuz', files.kernel),
      initrd: put('initrd.img', files.initrd),
      commandLine: `${boot.commandLine} console=tty0 console=ttyS0`,
    })

    const startedAtMs = Date.now()
    await virsh.run('start', machine.name)
    const state = () => virsh.stateOf(machine.name)
    await expect
      .poll(state, { timeout: 3 * hours, interval: 15_000, message: lastWords() })
      .toBe('shut off')
      .catch((error: unknown) => {
        throw new Error(`The installation did not end. Its last words:\n${lastWords()}`, { cause: error })
      })
    console.log(
      `installed after ${Math.round((Date.now() - startedAtMs) / 60_000)} min, ${mirror.servedCount()} packages served`,
    )

    await define(null)
    await virsh.run('start', machine.name)
    const ping = () =>
      virsh.run('qemu-agent-command', machine.name, '{"execute":"guest-ping"}').then(
        () => true,
        () => false,
      )
    await expect.poll(ping, { timeout: 0.5 * hours, interval: 5000 }).toBe(true)
    expect(await runInGuest('cat /root/proof')).toBe('it ran')
    expect(
      await runInGuest('hostname; id -un 1000; systemctl is-active ssh; passwd --status root | cut -d" " -f2'),
    ).toBe('unattended\nada\nactive\nL')
    expect(await runInGuest('cat /home/ada/.ssh/authorized_keys')).toBe(setup.sshKeys[0])
    expect(await runInGuest('cut -d: -f2 /etc/shadow | grep -c "^.6"')).toBe('1')
    expect(
      await runInGuest(
        'readlink -f /etc/localtime; . /etc/default/locale; echo $LANG; . /etc/default/keyboard; echo $XKBLAYOUT',
      ),
    ).toBe('/usr/share/zoneinfo/Europe/London\nen_GB.UTF-8\ngb')
  })
})
