import type { XmlElement } from 'node-libvirt/xml'

import { attributeOf, childOf, textOf } from './ovf-element.ts'

/** Which system an appliance says that it holds. */
export interface OvfSystem {
  readonly osId: string | null
  /** In its own words. */
  readonly osName: string | null
  readonly family: 'linux' | 'windows' | 'other'
}

/** Words of VMware (`vmw:osType`), VirtualBox (`vbox:OSType`) and of people, and osinfo's name for what they mean. */
const known: readonly (readonly [RegExp, string])[] = [
  [/\bubuntu\D{0,24}?(\d\d)[._-]?(04|10)(?!\d)/, 'ubuntu$1.$2'],
  [/\bubuntu(\d\d) lts\b/, 'ubuntu$1.04'],
  [/\bubuntu[ -]jammy\b/, 'ubuntu22.04'],
  [/\bubuntu[ -]focal\b/, 'ubuntu20.04'],
  [/\bubuntu[ -]bionic\b/, 'ubuntu18.04'],
  [/\bubuntu[ -]noble\b/, 'ubuntu24.04'],
  [/\bdebian(?: gnu\/linux)?[ -]?(\d{1,2})(?!\d)/, 'debian$1'],
  [/\bcentos[ -]?(?:linux )?([78])(?!\d)/, 'centos$1'],
  [/\b(?:rhel|redhat|red hat enterprise linux)[ -]?([6-9])(?!\d)/, 'rhel$1-unknown'],
  [/\brocky(?:linux| linux)?[ -]?([89])(?!\d)/, 'rocky$1'],
  [/\balma(?:linux| linux)?[ -]?([89])(?!\d)/, 'almalinux$1'],
  [/\bfedora[ -]?(?:linux )?(\d\d)(?!\d)/, 'fedora$1'],
  [/\bsles[ -]?(11|12)(?!\d)/, 'sles$1'],
  [/\bfreebsd[ -]?(\d\d\.\d)(?!\d)/, 'freebsd$1'],
  [/\barch ?linux/, 'archlinux'],
  [/\bwindows ?11|\bwin11/, 'win11'],
  [/\bwindows ?2022srv|\bwindows ?server ?2022|\bwindows2019srvnext|\bwindows2022/, 'win2k22'],
  [/\bwindows ?2019srv|\bwindows ?server ?2019|\bwindows2019/, 'win2k19'],
  [/\bwindows9server|\bwindows ?server ?2016|\bwindows2016/, 'win2k16'],
  [/\bwindows8server|\bwindows ?server ?2012 ?r2/, 'win2k12r2'],
  [/\bwindows ?server ?2012|\bwindows2012/, 'win2k12'],
  [/\bwindows7server|\bwindows ?server ?2008 ?r2/, 'win2k8r2'],
  [/\bwindows ?server ?2008|\bwindows2008|\bwinlonghorn/, 'win2k8'],
  [/\bwindows9(?:_64)?guest|\bwindows ?10/, 'win10'],
  [/\bwindows81|\bwindows ?8\.1/, 'win8.1'],
  [/\bwindows ?8/, 'win8'],
  [/\bwindows ?7/, 'win7'],
  [/\bwin(?:dows ?)?vista/, 'winvista'],
  [/\bwin(?:dows ?)?xp/, 'winxp'],
]

/** CIM_OperatingSystem.OSType, as far as a number says one system exactly. */
const byCimType: Readonly<Record<string, string | undefined>> = {
  '67': 'winxp',
  '71': 'winxp',
  '69': 'win2k3',
  '70': 'win2k3',
  '73': 'winvista',
  '74': 'winvista',
  '76': 'win2k8',
  '77': 'win2k8',
  '103': 'win2k8r2',
  '105': 'win7',
}

const linuxWords =
  /linux|ubuntu|debian|centos|redhat|red hat|rhel|fedora|suse|sles|rocky|alma|oracle|photon|coreos|asianux|amazon|gentoo|mandr|turbo/
/** Linux and its distributions in CIM_OperatingSystem.OSType. */
const linuxCimTypes = new Set(['36', '79', '80', '106', '107', '108', '109', ...range(82, 101)])

function range(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => String(from + index))
}

/** What the sections of a VirtualSystem say; the more exact word wins over the vaguer one. */
export function readSystem(virtualSystem: XmlElement): OvfSystem {
  const section = childOf(virtualSystem, 'OperatingSystemSection')
  const product = childOf(virtualSystem, 'ProductSection')
  const cimType = section === null ? null : attributeOf(section, 'id')
  const types = section === null ? [] : [attributeOf(section, 'osType'), textOf(section, 'OSType')]
  const names = [
    section === null ? null : textOf(section, 'Description'),
    product === null ? null : [textOf(product, 'Product'), textOf(product, 'FullVersion')].filter(Boolean).join(' '),
    textOf(virtualSystem, 'Name'),
    attributeOf(virtualSystem, 'id'),
  ]
  const said = [...types, ...names].flatMap((words) => (words === null || words === '' ? [] : comparable(words)))
  const osId = said.map(osIdOf).find((id) => id !== null) ?? byCimType[cimType ?? ''] ?? null
  const osName = names[0] ?? types.find((type) => type !== null) ?? null
  return { osId, osName, family: familyOf(said.join(' '), cimType, osId) }
}

/** 'Windows10_64' and 'debian11_64Guest' as words: the width says nothing that osinfo wants. */
const comparable = (words: string) =>
  words
    .toLowerCase()
    .replace(/_?64(?=guest|$)/g, '')
    .replaceAll('_', ' ')

function osIdOf(words: string): string | null {
  for (const [pattern, osId] of known) {
    const match = pattern.exec(words)
    if (match !== null) return osId.replace(/\$(\d)/g, (_, group: string) => match[Number(group)] ?? '')
  }
  return null
}

function familyOf(words: string, cimType: string | null, osId: string | null): OvfSystem['family'] {
  if (osId?.startsWith('win') === true || /\bwindows|\bwin(nt|xp|vista|longhorn|net|2)/.test(words)) return 'windows'
  return linuxWords.test(words) || linuxCimTypes.has(cimType ?? '') ? 'linux' : 'other'
}
