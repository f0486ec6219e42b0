import { DomainCapabilitiesXml } from 'node-libvirt/xml'
import { describe, expect, it } from 'vitest'

import { capabilityChecks } from './readiness-abilities.ts'
import { networkCheck } from './readiness-resources.ts'
import { parseHostAddress } from '../hosts/place/host-address.ts'
import type { HostSystem } from '../hosts/place/host-system.ts'

const around: HostSystem = {
  userName: 'ada',
  isRoot: false,
  isListedInGroup: true,
  hasGroup: true,
  hasSystemd: true,
  daemonProgram: 'libvirtd',
  isQemuInstalled: true,
  hasDnsmasq: false,
  hasPkexec: true,
  packages: 'apt',
}
const bare = DomainCapabilitiesXml.parse(
  `<domainCapabilities><os supported='yes'><loader supported='yes'/></os><devices><tpm supported='no'/></devices></domainCapabilities>`,
)
const address = parseHostAddress('qemu:///system')
const host = { id: 'local', address, inventory: { networks: () => [] } } as const

/** Of each check with something to mend: what its buttons install, or the line where there is no button. */
function mended(surroundings: HostSystem | null) {
  const abilities = { iommu: true, domain: bare, memoryKiB: null, hostMemoryKiB: null }
  return [...capabilityChecks(host, abilities, surroundings), networkCheck(host, surroundings)].flatMap((check) =>
    check.repairs.map(({ action, command }) => [
      check.id,
      action?.kind === 'install-packages' ? action.packages.join(' ') : (action?.kind ?? command),
    ]),
  )
}

describe('what a host lacks', () => {
  it('is installed by a button, where this user may', () => {
    const installed = [
      ['firmware', 'ovmf'],
      ['tpm', 'swtpm swtpm-tools'],
      ['network', 'dnsmasq-base'],
      ['network', 'make-default-network'],
    ]
    expect(mended(around)).toEqual(installed)
    expect(mended({ ...around, hasPkexec: false, isRoot: true })).toEqual(installed)
  })

  it('is told as a line for a terminal, where nothing can ask for the password', () => {
    expect(mended({ ...around, hasPkexec: false }).slice(0, 2)).toEqual([
      ['firmware', 'sudo apt-get install ovmf'],
      ['tpm', 'sudo apt-get install swtpm swtpm-tools'],
    ])
    expect(mended({ ...around, packages: 'dnf' })[0]).toEqual(['firmware', 'sudo dnf install edk2-ovmf'])
  })

  it('is not told how to install on another computer', () => {
    expect(mended(null)).toEqual([['network', 'make-default-network']])
  })
})
