import type { OsResources } from '@strata/contract/catalogue.ts'

import type { AmountsRecord, OsRecord, ResourceRecord } from './os-record.ts'

type Level = 'minimum' | 'recommended' | 'networkInstall'

/**
 * What a system needs on each architecture. An entry that says nothing takes it from its lineage, and one that says so
 * takes what it leaves out. @param lineage the system first
 */
export function resourcesOf(lineage: readonly OsRecord[], architectures: readonly string[]): OsResources[] {
  return [...architectures, 'all'].map((architecture) => {
    const minimum = amountsFor(lineage, architecture, 'minimum')
    return {
      architecture,
      minimum: asContract(minimum),
      recommended: asContract(atLeast(amountsFor(lineage, architecture, 'recommended'), minimum)),
      networkInstallMemoryKiB: kibibytes(amountsFor(lineage, architecture, 'networkInstall').memoryBytes),
    }
  })
}

const unknown: AmountsRecord = { vcpuCount: null, memoryBytes: null, diskBytes: null }

function amountsFor(lineage: readonly OsRecord[], architecture: string, level: Level): AmountsRecord {
  let amounts = unknown
  for (const { resources } of lineage) {
    const entry = entryFor(resources, architecture)
    if (entry === undefined) continue
    const own = entry[level]
    if (own !== null) amounts = filled(amounts, own)
    // Another generation's amounts do not mix with this one's: only what says that it inherits is filled up.
    if (own !== null && !entry.inherits) break
    // A new minimum makes an old recommendation worthless only where it is higher, which atLeast sees to.
  }
  return amounts
}

/** The architecture's own entry, else the one for all. */
function entryFor(resources: readonly ResourceRecord[], architecture: string): ResourceRecord | undefined {
  return (
    resources.find((each) => each.architecture === architecture) ??
    resources.find((each) => each.architecture === 'all')
  )
}

function filled(amounts: AmountsRecord, more: AmountsRecord): AmountsRecord {
  return {
    vcpuCount: amounts.vcpuCount ?? more.vcpuCount,
    memoryBytes: amounts.memoryBytes ?? more.memoryBytes,
    diskBytes: amounts.diskBytes ?? more.diskBytes,
  }
}

function atLeast(amounts: AmountsRecord, minimum: AmountsRecord): AmountsRecord {
  const higher = (key: keyof AmountsRecord) => {
    const value = amounts[key]
    return value === null ? null : Math.max(value, minimum[key] ?? 0)
  }
  return { vcpuCount: higher('vcpuCount'), memoryBytes: higher('memoryBytes'), diskBytes: higher('diskBytes') }
}

function asContract({ vcpuCount, memoryBytes, diskBytes }: AmountsRecord) {
  return { vcpuCount, memoryKiB: kibibytes(memoryBytes), diskBytes }
}

const kibibytes = (bytes: number | null) => (bytes === null ? null : Math.ceil(bytes / 1024))
