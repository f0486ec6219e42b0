import { constantName, header, kebab, property, type EnumsJson } from './source.ts'

/** Where the longest common prefix is not what should be cut. */
const PREFIXES: Record<string, string> = {
  virDomainCreateFlags: 'VIR_DOMAIN_START_',
  virDomainXMLFlags: 'VIR_DOMAIN_XML_',
  virConnectFlags: 'VIR_CONNECT_',
  virNodeGetCPUStatsAllCPUs: 'VIR_NODE_CPU_STATS_',
  virNodeGetMemoryStatsAllCells: 'VIR_NODE_MEMORY_STATS_',
  virConnectGetDomainCapabilitiesFlags: 'VIR_CONNECT_GET_DOMAIN_CAPABILITIES_',
  virStorageVolDownloadFlags: 'VIR_STORAGE_VOL_DOWNLOAD_',
  virStorageVolUploadFlags: 'VIR_STORAGE_VOL_UPLOAD_',
  virTypedParameterFlags: 'VIR_TYPED_PARAM_',
  virDomainPMSuspendedReason: 'VIR_DOMAIN_PMSUSPENDED_',
  virDomainPMSuspendedDiskReason: 'VIR_DOMAIN_PMSUSPENDED_DISK_',
  virDomainBlockJobSetSpeedFlags: 'VIR_DOMAIN_BLOCK_JOB_SPEED_',
  virDomainSetTimeFlags: 'VIR_DOMAIN_TIME_',
  virDomainSetUserPasswordFlags: 'VIR_DOMAIN_PASSWORD_',
  virDomainFDAssociateFlags: 'VIR_DOMAIN_FD_ASSOCIATE_',
  virNWFilterDefineFlags: 'VIR_NWFILTER_DEFINE_',
  virNWFilterBindingCreateFlags: 'VIR_NWFILTER_BINDING_CREATE_',
  virConnectListAllNodeDeviceFlags: 'VIR_CONNECT_LIST_NODE_DEVICES_',
}

/** Written in a file of their own, or of no use to a client over the wire. */
const LEFT_OUT = new Set(['virErrorNumber', 'virErrorDomain', 'virErrorLevel', 'virEventHandleType'])

/** Ends like the sentinel that closes an enumeration, and is none. */
const ADD_LAST = 'VIR_NETWORK_UPDATE_COMMAND_ADD_LAST'

export function enumsFile(enums: EnumsJson): string {
  const kept = Object.entries(enums.enums).filter(([name]) => !LEFT_OUT.has(name))
  return `${header}\n${kept.map(([name, values]) => enumConstant(name, values)).join('\n')}`
}

function enumConstant(name: string, values: Record<string, number>): string {
  const prefix = PREFIXES[name] ?? commonPrefix(Object.keys(values), name)
  const lines = Object.entries(values)
    .filter(([constant]) => !/_(LAST|NR)$/.test(constant) || constant === ADD_LAST)
    .map(([constant, value]) => {
      const bare = constant.startsWith(prefix) ? constant.slice(prefix.length) : constant.replace(/^VIR_[A-Z]+_/, '')
      return `  ${property(kebab(bare))}: ${value},\n`
    })
  return `/** ${name} */\nexport const ${constantName(name)} = {\n${lines.join('')}} as const\n`
}

/**
 * The longest prefix of whole words that all names share and that leaves a word of each. Of a single constant nothing
 * but its enumeration tells where the prefix ends: VIR_DOMAIN_BACKUP_BEGIN_REUSE_EXTERNAL is of virDomainBackupBeginFlags.
 */
function commonPrefix(names: string[], enumeration: string): string {
  const words = names.map((name) => name.split('_'))
  if (names.length === 1) words.push([...constantWords(enumeration), ''])
  const first = words[0] ?? []
  let shared = 0
  while (words.every((word) => word[shared] === first[shared] && word.length > shared + 1)) shared++
  return first.slice(0, shared).join('_') + '_'
}

/** virDomainXMLFlags: VIR, DOMAIN, XML, FLAGS */
function constantWords(enumeration: string): string[] {
  return (enumeration.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g) ?? []).map((word) => word.toUpperCase())
}

/** Error codes and domains by number, in kebab-case. */
export function errorsFile(enums: EnumsJson): string {
  const table = (name: string, enumName: string, bare: (constant: string) => string) => {
    const rows = Object.entries(enums.enums[enumName] ?? {}).map(
      ([constant, value]) => `  ${value}: '${kebab(bare(constant))}',\n`,
    )
    return `/** ${enumName} */\nexport const ${name} = {\n${rows.join('')}} as const\n`
  }
  return (
    `${header}\n` +
    table('errorCodes', 'virErrorNumber', (c) => c.replace(/^VIR_ERR_/, '').replace(/^VIR_WAR_/, 'WARNING_')) +
    '\n' +
    table('errorDomains', 'virErrorDomain', (c) => c.replace(/^VIR_FROM_/, ''))
  )
}
