import { machineSetup, type MachineSetup } from '@strata/contract/machine-setup.ts'
import type { Domain } from 'node-libvirt'
import { XmlDocument, type DomainMetadata } from 'node-libvirt/xml'

/**
 * An element of its own beside Strata's other facts, so that libvirt changes it alone, and the definition that runs and
 * the stored one can differ: when a start began holds until the machine stops.
 */
const setupNamespace = 'urn:strata:setup:1'
const prefix = 'strata-setup'

/** Null also for what cannot be understood, such as what a later Strata wrote. */
export function readKeptSetup(metadata: DomainMetadata): MachineSetup | null {
  const xml = metadata.read(setupNamespace)
  if (xml === null) return null
  const read = machineSetup.safeParse(parsed(XmlDocument.parse(xml).root.text))
  return read.success ? read.data : null
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null // somebody wrote into it by hand
  }
}

/** Into a definition that is not yet libvirt's. */
export function writeKeptSetup(metadata: DomainMetadata, setup: MachineSetup): void {
  metadata.write(setupNamespace, element(`${prefix}:setup`, ` xmlns:${prefix}="${setupNamespace}"`, setup))
}

/** In a definition that is libvirt's already; null takes it out. */
export async function keepSetup(
  domain: Domain,
  setup: MachineSetup | null,
  affects: readonly ('live' | 'config')[],
): Promise<void> {
  if (affects.length === 0) return
  // libvirt puts its own prefix on an element that has none, and refuses one that declares the namespace itself.
  const value = setup === null ? null : element('setup', '', setup)
  await domain.setMetadata({ uri: setupNamespace, key: prefix }, value, affects)
}

/** Where a fact about a machine has to be written so that it holds now and after its next start. */
export function bothDefinitions(machine: {
  readonly state: string
  readonly persistent: boolean
}): ('live' | 'config')[] {
  const isOff = machine.state === 'shut-off' || machine.state === 'crashed'
  return [...(isOff ? [] : ['live' as const]), ...(machine.persistent ? ['config' as const] : [])]
}

function element(name: string, declaration: string, setup: MachineSetup): string {
  const { root } = XmlDocument.parse(`<${name}${declaration}/>`)
  root.text = JSON.stringify(setup)
  return root.toString()
}
