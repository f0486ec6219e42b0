import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { giveToTestUser } from '../../node-libvirt/testing/test-user.ts'
import type { Virsh } from '../daemon/virsh.ts'

interface WantedGuest {
  readonly name: string
  /** Boots from this; without it the firmware finds nothing and waits, deaf to its power button. */
  readonly iso?: string
  /** A qcow2 disk of this size; null: none. */
  readonly diskMiB?: number | null
}

/** Defines a guest through virsh, so that a story about something else need not click through its creation. */
export async function defineGuest(virsh: Virsh, { name, iso, diskMiB = null }: WantedGuest): Promise<void> {
  const folder = join(virsh.daemon.dataFolder, 'defined')
  mkdirSync(folder, { recursive: true })
  giveToTestUser(virsh.daemon.user, folder)
  const disk = diskMiB === null ? '' : await qcow2Disk(virsh, folder, name, diskMiB)
  const media = iso === undefined ? '' : `<source file='${iso}'/>`
  const path = join(folder, `${name}.xml`)
  writeFileSync(
    path,
    `<domain type='qemu'>
      <name>${name}</name>
      <memory unit='MiB'>${iso === undefined ? 64 : 256}</memory>
      <vcpu>1</vcpu>
      <os><type arch='x86_64' machine='q35'>hvm</type></os>
      <features><acpi/></features>
      <cpu mode='custom'><model>qemu64</model></cpu>
      <on_reboot>restart</on_reboot>
      <devices>
        <disk type='file' device='cdrom'>${media}<target dev='sda' bus='sata'/><readonly/><boot order='1'/></disk>
        ${disk}
        <interface type='user'><model type='virtio'/></interface>
        <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
        <graphics type='vnc'><listen type='socket'/></graphics>
        <video><model type='vga'/></video>
        <input type='tablet' bus='usb'/>
      </devices>
    </domain>`,
  )
  await virsh.run('define', path)
}

async function qcow2Disk(virsh: Virsh, folder: string, name: string, sizeMiB: number): Promise<string> {
  const pool = 'defined'
  if (!(await virsh.list('pool-list', '--all', '--name')).includes(pool)) {
    await virsh.run('pool-define-as', pool, 'dir', '--target', folder)
    await virsh.run('pool-start', pool)
  }
  await virsh.run('vol-create-as', pool, `${name}.qcow2`, `${sizeMiB}M`, '--format', 'qcow2')
  return `<disk type='file' device='disk'>
    <driver name='qemu' type='qcow2'/><source file='${join(folder, `${name}.qcow2`)}'/><target dev='vda' bus='virtio'/>
  </disk>`
}
