import type { AnswerFacts, AnswerInput, AnswerPlan } from './answer-plan.ts'
import { fallback } from './language-fallback.ts'
import { textFile, xmlText } from './text-file.ts'
import { driverFolders } from './virtio-drivers.ts'
import { windowsComputerName, windowsKeyboard, windowsLocale, windowsTimeZone } from './windows-names.ts'

/**
 * Windows Setup looks for autounattend.xml in the root of every drive that can be taken out. It restarts several times
 * on its way, each time from the disk. The product key is left out: Windows asks for one later, in its settings. The
 * checks for TPM and Secure Boot stay as they are.
 */
export function unattendPlan(input: AnswerInput): AnswerPlan {
  return {
    kind: 'unattend',
    disc: { volumeId: 'UNATTEND', files: [textFile('autounattend.xml', unattend(input))] },
    boot: null,
    atEnd: 'restarts',
    leavesOut: ['sshKeys', 'makesKeyPair', 'packages', 'services', 'network'],
  }
}

const architectures: Readonly<Record<string, string | undefined>> = { x86_64: 'amd64', aarch64: 'arm64', i686: 'x86' }

/** The text of autounattend.xml, for the three passes of an installation that need answers. */
export function unattend(input: AnswerInput): string {
  const architecture = architectures[input.facts.architecture] ?? 'amd64'
  const component = (name: string, content: string) =>
    `<component name="Microsoft-Windows-${name}" processorArchitecture="${architecture}" publicKeyToken="31bf3856ad364e35" language="neutral" versionScope="nonSxS">${content}</component>`
  return `<?xml version="1.0" encoding="utf-8"?>
<unattend xmlns="urn:schemas-microsoft-com:unattend" xmlns:wcm="http://schemas.microsoft.com/WMIConfig/2002/State">
  <settings pass="windowsPE">
    ${component('International-Core-WinPE', `<SetupUILanguage>${tag('UILanguage', uiLanguage(input.facts))}</SetupUILanguage>${language(input)}`)}
    ${component('Setup', disks(input.facts) + image(input.facts) + userData(input))}
    ${drivers(input.facts)
      .map((paths) => component('PnpCustomizationsWinPE', paths))
      .join('')}
  </settings>
  <settings pass="specialize">
    ${component('Shell-Setup', tag('ComputerName', windowsComputerName(input.hostName)) + tag('TimeZone', windowsTimeZone(input.setup.timeZone)))}
    ${input.facts.driversDisc ? component('Deployment', guestAgent) : ''}
  </settings>
  <settings pass="oobeSystem">
    ${component('International-Core', language(input))}
    ${component('Shell-Setup', firstStart + account(input) + firstCommands(input))}
  </settings>
</unattend>
`
}

const tag = (name: string, text: string) => `<${name}>${xmlText(text)}</${name}>`
const item = (name: string, content: string) => `<${name} wcm:action="add">${content}</${name}>`

/** Setup asks for a language that its medium does not have. */
const uiLanguage = ({ windows }: AnswerFacts) => windows?.language ?? 'en-US'

function language({ setup, facts }: AnswerInput): string {
  const own = windowsLocale(setup.locale || fallback.locale)
  return (
    tag('InputLocale', windowsKeyboard(setup.keyboard || fallback.keyboard)) +
    tag('SystemLocale', own) +
    tag('UILanguage', uiLanguage(facts)) +
    tag('UserLocale', own)
  )
}

interface Partition {
  readonly kind: 'EFI' | 'MSR' | 'Primary'
  /** Null: all that is left. */
  readonly sizeMiB: number | null
  readonly format: 'FAT32' | 'NTFS' | null
  readonly letter: 'C' | null
  readonly isActive: boolean
}

const partitionsOf = (firmware: AnswerFacts['firmware']): readonly Partition[] => {
  const windows: Partition = { kind: 'Primary', sizeMiB: null, format: 'NTFS', letter: 'C', isActive: false }
  if (firmware === 'bios') return [{ ...windows, sizeMiB: 500, letter: null, isActive: true }, windows]
  const efi: Partition = { kind: 'EFI', sizeMiB: 300, format: 'FAT32', letter: null, isActive: false }
  return [efi, { ...efi, kind: 'MSR', sizeMiB: 16, format: null }, windows]
}

/** The first disk, whole: the machine has no other while it is installed, or none that comes before. */
function disks({ firmware }: AnswerFacts): string {
  const partitions = partitionsOf(firmware)
  const created = partitions.map(({ kind, sizeMiB }, index) =>
    item(
      'CreatePartition',
      tag('Order', String(index + 1)) +
        (sizeMiB === null ? '<Extend>true</Extend>' : tag('Size', String(sizeMiB))) +
        tag('Type', kind),
    ),
  )
  const modified = partitions.map(({ format, letter, isActive }, index) =>
    item(
      'ModifyPartition',
      (isActive ? '<Active>true</Active>' : '') +
        (format === null ? '' : tag('Format', format)) +
        (letter === null ? '' : tag('Letter', letter)) +
        tag('Order', String(index + 1)) +
        tag('PartitionID', String(index + 1)),
    ),
  )
  return `<DiskConfiguration>${item('Disk', `<CreatePartitions>${created.join('')}</CreatePartitions><DiskID>0</DiskID><ModifyPartitions>${modified.join('')}</ModifyPartitions><WillWipeDisk>true</WillWipeDisk>`)}<WillShowUI>OnError</WillShowUI></DiskConfiguration>`
}

/** A medium holds several editions. Servers are chosen by number, as their names differ between media. */
function image({ osId, firmware, windows }: AnswerFacts): string {
  const chosen = windows?.edition ?? usualEdition(osId)
  const [key, value] = chosen === null ? ['/IMAGE/INDEX', '2'] : ['/IMAGE/NAME', chosen]
  const from = item('MetaData', tag('Key', key) + tag('Value', value))
  const to = `<DiskID>0</DiskID><PartitionID>${partitionsOf(firmware).length}</PartitionID>`
  return `<ImageInstall><OSImage><InstallFrom>${from}</InstallFrom><InstallTo>${to}</InstallTo></OSImage></ImageInstall>`
}

function usualEdition(osId: string): string | null {
  const version = /^win(\d+)$/.exec(osId)?.[1]
  return version === undefined ? null : `Windows ${version} Pro`
}

function userData({ setup }: AnswerInput): string {
  return `<UserData><AcceptEula>true</AcceptEula>${tag('FullName', setup.userName)}<ProductKey><WillShowUI>OnError</WillShowUI></ProductKey></UserData>`
}

function drivers(facts: AnswerFacts): string[] {
  if (!facts.driversDisc) return []
  const paths = driverFolders(facts).map(
    (path, index) =>
      `<PathAndCredentials wcm:action="add" wcm:keyValue="${index + 1}">${tag('Path', path)}</PathAndCredentials>`,
  )
  return [`<DriverPaths>${paths.join('')}</DriverPaths>`]
}

/** Which letter the drivers' CD gets depends on how many drives there are. */
const guestAgent = `<RunSynchronous>${item(
  'RunSynchronousCommand',
  tag('Order', '1') +
    tag(
      'Path',
      String.raw`cmd /c for %i in (D E F G) do if exist %i:\guest-agent\qemu-ga-x86_64.msi msiexec /i %i:\guest-agent\qemu-ga-x86_64.msi /qn /norestart`,
    ),
)}</RunSynchronous>`

const firstStart =
  '<OOBE><HideEULAPage>true</HideEULAPage><HideOEMRegistrationScreen>true</HideOEMRegistrationScreen>' +
  '<HideOnlineAccountScreens>true</HideOnlineAccountScreens><HideWirelessSetupInOOBE>true</HideWirelessSetupInOOBE>' +
  '<ProtectYourPC>3</ProtectYourPC></OOBE>'

/**
 * The format takes no hash. “Not plain text” is the password with the word Password behind it, as UTF-16 in base64,
 * which hides it from a glance and from nobody else: so the CD with this file is the machine's alone and is taken away
 * when Windows is installed.
 */
function account({ setup }: AnswerInput): string {
  const value = Buffer.from(`${setup.password ?? ''}Password`, 'utf16le').toString('base64')
  const password = `<Password>${tag('Value', value)}<PlainText>false</PlainText></Password>`
  const local = item('LocalAccount', `${password}<Group>Administrators</Group>${tag('Name', setup.userName)}`)
  return `<UserAccounts><LocalAccounts>${local}</LocalAccounts></UserAccounts>`
}

/** Run when the user signs in for the first time. */
function firstCommands({ setup }: AnswerInput): string {
  if (setup.runCommands.length === 0) return ''
  const commands = setup.runCommands.map((line, index) =>
    item('SynchronousCommand', tag('CommandLine', `cmd /c ${line}`) + tag('Order', String(index + 1))),
  )
  return `<FirstLogonCommands>${commands.join('')}</FirstLogonCommands>`
}
