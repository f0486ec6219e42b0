import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RealDaemon } from './real-daemon.ts'

/** virDomainState, as the test driver's files have it. */
const RUN_STATES = { running: 1, paused: 3, shutoff: 5 } as const

export interface FleetDomain {
  name: string
  state: keyof typeof RUN_STATES
}

/** Writes a file of guests for libvirt's test driver. Each connection that opens it has a fleet of its own. */
export function writeFleet(daemon: RealDaemon, fileName: string, domains: readonly FleetDomain[]): string {
  const path = join(daemon.dataFolder, fileName)
  writeFileSync(path, `<node>${domains.map(domainXml).join('')}${NETWORK}${DEVICE}</node>`)
  return daemon.uri(`test://${path}`)
}

function domainXml({ name, state }: FleetDomain): string {
  return `<domain type='test' xmlns:test='http://libvirt.org/schemas/domain/test/1.0'>
    <name>${name}</name><test:runstate>${RUN_STATES[state]}</test:runstate>
    <memory>65536</memory><vcpu>2</vcpu><os><type>hvm</type></os>
  </domain>`
}

const NETWORK = `<network><name>lan</name><bridge name='virbr7'/><ip address='10.7.0.1' netmask='255.255.255.0'/></network>`

const DEVICE = `<device><name>computer</name><capability type='system'><hardware><vendor>Test</vendor><version>1</version>
  <serial>1</serial><uuid>11111111-2222-3333-4444-555555555555</uuid></hardware><firmware><vendor>Test</vendor>
  <version>1</version><release_date>01/22/2007</release_date></firmware></capability></device>`
