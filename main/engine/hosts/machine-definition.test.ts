import { XmlError } from 'node-libvirt/xml'
import { describe, expect, it } from 'vitest'

import { readDefinition, unreadableDefinition } from './machine-definition.ts'

const domain = (inner: string, type = 'kvm') => `<domain type='${type}'>${inner}</domain>`
const hvm = (arch = 'x86_64', attributes = '') => `<os${attributes}><type arch='${arch}' machine='q35'>hvm</type></os>`

describe('a definition', () => {
  it('gives all that lists show', () => {
    const { picture, agent } = readDefinition(
      domain(`<name>web</name><title>Web &amp; mail</title>
        <metadata><libosinfo:libosinfo xmlns:libosinfo="http://libosinfo.org/xmlns/libvirt/domain/1.0">
          <libosinfo:os id="http://debian.org/debian/12"/></libosinfo:libosinfo></metadata>
        <memory unit='GiB'>4</memory><currentMemory unit='KiB'>2097152</currentMemory><vcpu current='2'>8</vcpu>
        ${hvm('x86_64', " firmware='efi'")}
        <devices>
          <disk type='file' device='disk'><source file='/pool/web.qcow2'/><target dev='vda' bus='virtio'/></disk>
          <disk type='file' device='cdrom'><target dev='sda' bus='sata'/></disk>
          <disk type='block' device='disk'><source dev='/dev/sdz'/><target dev='vdb'/></disk>
          <interface type='network'><mac address='52:54:00:00:00:01'/><source network='default' bridge='virbr0'/></interface>
          <interface type='bridge'><mac address='52:54:00:00:00:02'/><source bridge='br0'/></interface>
          <interface type='user'><mac address='52:54:00:00:00:03'/></interface>
          <graphics type='spice'/><graphics type='vnc'/>
          <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0' state='connected'/></channel>
        </devices>`),
    )
    expect(picture).toEqual({
      name: 'web',
      title: 'Web & mail',
      vcpuCount: 2,
      memoryKiB: 2 * 1024 ** 2,
      maxMemoryKiB: 4 * 1024 ** 2,
      accelerator: 'kvm',
      firmware: 'uefi',
      osName: 'Debian 12',
      graphics: 'vnc',
      diskPaths: ['/pool/web.qcow2', '/dev/sdz'],
      networkNames: ['default', 'br0'],
      macAddresses: ['52:54:00:00:00:01', '52:54:00:00:00:02', '52:54:00:00:00:03'],
      installation: null,
      setup: null,
      isTemplate: false,
    })
    expect(agent).toBe('talking')
  })

  it('that says next to nothing is still shown', () => {
    const { picture, agent } = readDefinition(domain('<name>bare</name>', 'bhyve'))
    expect(picture).toEqual({ ...unreadableDefinition('bare').picture, accelerator: 'other' })
    expect(agent).toBe('no-channel')
  })

  it.each([
    ['kvm', 'kvm'],
    ['qemu', 'emulation'],
    ['test', 'test'],
    ['xen', 'other'],
  ])('of type %s runs by %s', (type, accelerator) => {
    expect(readDefinition(domain('<name>a</name>', type)).picture.accelerator).toBe(accelerator)
  })

  it.each([
    [hvm(), 'bios'],
    [hvm('x86_64', " firmware='efi'"), 'uefi'],
    [`<os><type arch='x86_64'>hvm</type><loader type='pflash'>/code.fd</loader></os>`, 'uefi'],
    [hvm('aarch64'), 'none'],
    [`<os><type arch='x86_64'>exe</type></os>`, 'none'],
  ])('with %s boots by %s', (os, firmware) => {
    expect(readDefinition(domain(`<name>a</name>${os}`)).picture.firmware).toBe(firmware)
  })

  it('of a machine that is off has a silent agent', () => {
    const channel = `<devices><channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel></devices>`
    expect(readDefinition(domain(`<name>a</name>${channel}`)).agent).toBe('silent')
  })

  it('that is not XML is refused, for the caller to show the name alone', () => {
    expect(() => readDefinition('<domain')).toThrow(XmlError)
  })
})
