import { DomainXml } from 'node-libvirt/xml'
import { describe, expect, it } from 'vitest'

import { noFacts, readStrataFacts, type Installation } from '../definitions/strata-metadata.ts'
import { plainHardware } from '../testing/proposed-machine.ts'
import { buildDefinition } from './definition/definition.ts'
import { bootedFrom, withoutInstallation } from './installation-end.ts'

const installation: Installation = {
  runs: 'automatic',
  drives: ['sda', 'vdb'],
  files: ['/pool/kernel', '/pool/answers.iso'],
}

function installing(): DomainXml {
  const disk = { type: 'file', format: 'qcow2', bus: 'virtio', cache: 'default', allocation: 'thin' } as const
  const domain = buildDefinition({
    wanted: { ...plainHardware, name: 'new' },
    uuid: '0b8e4a44-2f5c-4a5c-9f0e-1d6c7f5f9a11',
    architecture: 'x86_64',
    osUri: null,
    macAddress: null,
    disks: [{ ...disk, path: '/pool/new.qcow2' }],
    cdroms: ['/isos/system.iso'],
    seeds: [],
    directBoot: { kernelPath: '/pool/kernel', initrdPath: '/pool/initrd', commandLine: 'autoinstall' },
    variablesPath: null,
    screen: { kind: 'socket' },
    facts: { ...noFacts, ownMedia: ['/pool/answers.iso', '/pool/seed.iso'], installation },
  })
  domain.onReboot = 'destroy'
  domain.devices.disks.add({
    type: 'file',
    device: 'disk',
    source: { file: '/pool/answers.iso' },
    target: { device: 'vdb', bus: 'virtio' },
    isReadOnly: true,
  })
  return DomainXml.parse(domain.toString())
}

describe('the definition of an installed machine', () => {
  it('keeps its disk and its drive, and nothing of what it was installed from', () => {
    const domain = DomainXml.parse(withoutInstallation(installing(), installation).toString())
    expect(domain.devices.disks.map(({ target, source }) => [target.device, source.file])).toEqual([
      ['vda', '/pool/new.qcow2'],
      ['sda', null],
    ])
    expect([domain.os.kernelPath, domain.os.initrdPath, domain.os.kernelCommandLine]).toEqual([null, null, null])
    expect(domain.onReboot).toBe('restart')
    expect(readStrataFacts(domain.metadata)).toEqual({ ...noFacts, ownMedia: ['/pool/seed.iso'] })
  })

  it('keeps a kernel that somebody else chose', () => {
    const domain = installing()
    domain.os.kernelPath = '/home/ada/my-kernel'
    expect(withoutInstallation(domain, installation).os.kernelPath).toBe('/home/ada/my-kernel')
  })
})

describe('what a guest has booted from', () => {
  const mib = 1024 ** 2
  it.each([
    ['nothing yet, while the firmware looks around', { disk: 600, media: 40_000 }, null],
    ['its disk', { disk: 9 * mib, media: 40_000 }, 'disk'],
    ['the medium, when the disk holds nothing to boot', { disk: 4_096, media: 30 * mib }, 'media'],
  ])('is %s', (_what, read, source) => {
    const before = { disk: 100 * mib, media: 500 * mib }
    expect(bootedFrom(before, { disk: before.disk + read.disk, media: before.media + read.media })).toBe(source)
  })
})
