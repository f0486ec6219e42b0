import { isIP } from 'node:net'

import type { GuestSetup } from '@strata/contract/guest-setup.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'

import { readUserData } from './cloud-init/read-user-data.ts'
import { formatOf } from './cloud-init/user-data-format.ts'
import { parseUserData } from './cloud-init/user-data-document.ts'
import { isInNetwork, readNetworkAddress } from './guest-address.ts'
import { readPublicKey } from './keys/public-key.ts'
import { isReservedUserName } from './proposal/user-name.ts'

/** What is wrong with one field of a set-up. */
export interface SetupFinding {
  readonly part: keyof GuestSetup
  readonly severity: 'error' | 'warning'
  readonly message: Said
}

/** Who reads it: cloud-init at the first boot, or an installer. */
export type SetupKind = 'cloud-init' | 'answers'

const shortestPassword = 8

/** Everything that would make a set-up fail in the guest, where nobody would see why. */
export function checkSetup(setup: GuestSetup, kind: SetupKind): SetupFinding[] {
  return [
    ...checkUser(setup),
    ...checkAccess(setup, kind),
    ...checkKeys(setup),
    ...checkLanguage(setup),
    ...checkNames(setup),
    ...checkNetwork(setup),
    ...(kind === 'cloud-init' ? checkUserData(setup) : []),
  ]
}

const error = (part: keyof GuestSetup, message: Said): SetupFinding => ({ part, severity: 'error', message })
const warning = (part: keyof GuestSetup, message: Said): SetupFinding => ({ part, severity: 'warning', message })

function checkUser({ userName }: GuestSetup): SetupFinding[] {
  if (!isReservedUserName(userName)) return []
  return [error('userName', say('guestSetup.accountSystemMakesFor', { userName }))]
}

function checkAccess({ userName, password, sshKeys, makesKeyPair }: GuestSetup, kind: SetupKind): SetupFinding[] {
  if (password === null || password === '') {
    if (kind === 'answers') return [error('password', say('guestSetup.installedSystemNeedsPassword'))]
    if (password === '') return [error('password', say('guestSetup.passwordLeastOneLetter'))]
    if (sshKeys.length === 0 && !makesKeyPair) return [error('sshKeys', say('guestSetup.nobodyCouldSignAdd'))]
    return []
  }
  if (password.toLowerCase() === userName) return [warning('password', say('guestSetup.passwordUsersNameFirst'))]
  if (password.length < shortestPassword)
    return [warning('password', say('guestSetup.passwordShortLettersMuch', { shortestPassword }))]
  return []
}

function checkKeys({ sshKeys }: GuestSetup): SetupFinding[] {
  return sshKeys
    .filter((key) => readPublicKey(key) === null)
    .map((key) =>
      key.includes('PRIVATE KEY')
        ? error('sshKeys', say('guestSetup.privateKeyBelongsYou'))
        : error('sshKeys', say('guestSetup.noPublicSshKey', { shortened: shortened(key) })),
    )
}

const shortened = (text: string) => (text.length > 40 ? `${text.slice(0, 40)}…` : text)

/** Empty: as the system has it. */
function checkLanguage({ locale, keyboard, timeZone }: GuestSetup): SetupFinding[] {
  const isLocale = /^([a-z]{2,3}(_[A-Z]{2})?|C|POSIX)(\.[A-Za-z0-9-]+)?(@[a-z]+)?$/.test(locale)
  return [
    ...(locale === '' || isLocale ? [] : [error('locale', say('guestSetup.noLocaleOneNamed', { locale }))]),
    ...(/^[a-z0-9_-]*$/.test(keyboard) ? [] : [error('keyboard', say('guestSetup.noKeyboardLayoutOne', { keyboard }))]),
    ...(timeZone === '' || isTimeZone(timeZone)
      ? []
      : [error('timeZone', say('guestSetup.thereNoTimeZone', { timeZone }))]),
  ]
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch (problem) {
    if (problem instanceof RangeError) return false
    throw problem
  }
}

/** Several names in one field would be one name that does not exist; a control letter could end an answer file's line. */
function checkNames({ packages, services, runCommands }: GuestSetup): SetupFinding[] {
  const badPackages = packages.filter((name) => !/^[@a-zA-Z0-9][\w+.:@/=~*-]*$/.test(name))
  const badServices = services.filter((name) => !/^[\w@.:\\-]+$/.test(name))
  const badCommands = runCommands.filter((line) => /\p{Cc}/u.test(line.replaceAll('\t', ' ')))
  return [
    ...badPackages.map((name) => error('packages', say('guestSetup.noNamePackage', { shortened: shortened(name) }))),
    ...badServices.map((name) => error('services', say('guestSetup.noNameService', { shortened: shortened(name) }))),
    ...badCommands.map((line) =>
      error('runCommands', say('guestSetup.holdsLettersCannotTyped', { shortened: shortened(line) })),
    ),
  ]
}

function checkNetwork({ network }: GuestSetup): SetupFinding[] {
  if (network.kind === 'dhcp') return []
  const { address, gateway, nameServers } = network
  const parts = readNetworkAddress(address)
  if (parts === null) return [error('network', say('guestSetup.noAddressLengthNetwork', { address }))]
  const findings = nameServers
    .filter((server) => isIP(server) === 0)
    .map((server) => error('network', say('guestSetup.nameServerNoAddress', { server })))
  if (gateway === null) return [...findings, warning('network', say('guestSetup.withoutGatewayGuestReaches'))]
  if (isIP(gateway) !== (parts.isIpv6 ? 6 : 4))
    return [...findings, error('network', say('guestSetup.gatewayNoAddressSame', { gateway, address: parts.address }))]
  if (!isInNetwork(gateway, parts))
    return [...findings, error('network', say('guestSetup.gatewayNotNetworkGuest', { gateway, address }))]
  return findings
}

function checkUserData({ userData, ...setup }: GuestSetup): SetupFinding[] {
  if (userData === null) return []
  const { problems } = readUserData({ ...setup, userData }, userData)
  const isBroken = formatOf(userData).kind === 'cloud-config' && parseUserData(userData).syntaxProblems.length > 0
  return problems.map(({ message, line }) => {
    const where = line === null ? message : say('guestSetup.line', { line: String(line), message })
    return isBroken ? error('userData', where) : warning('userData', where)
  })
}
