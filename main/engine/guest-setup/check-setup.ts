import { isIP } from 'node:net'

import type { GuestSetup } from '@strata/contract/guest-setup.ts'

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
  readonly message: string
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

const error = (part: keyof GuestSetup, message: string): SetupFinding => ({ part, severity: 'error', message })
const warning = (part: keyof GuestSetup, message: string): SetupFinding => ({ part, severity: 'warning', message })

function checkUser({ userName }: GuestSetup): SetupFinding[] {
  if (!isReservedUserName(userName)) return []
  return [error('userName', `“${userName}” is an account that the system makes for itself. Choose another name.`)]
}

function checkAccess({ userName, password, sshKeys, makesKeyPair }: GuestSetup, kind: SetupKind): SetupFinding[] {
  if (password === null || password === '') {
    if (kind === 'answers')
      return [error('password', 'An installed system needs a password: it is asked for at its screen and by sudo.')]
    if (password === '') return [error('password', 'A password has at least one letter. Leave it out to have none.')]
    if (sshKeys.length === 0 && !makesKeyPair)
      return [error('sshKeys', 'Nobody could sign in. Add a key, have a pair made, or set a password.')]
    return []
  }
  if (password.toLowerCase() === userName)
    return [warning('password', 'The password is the user’s name, which is the first thing that anybody tries.')]
  if (password.length < shortestPassword)
    return [warning('password', `The password is short: with ${shortestPassword} letters it is much harder to guess.`)]
  return []
}

function checkKeys({ sshKeys }: GuestSetup): SetupFinding[] {
  return sshKeys
    .filter((key) => readPublicKey(key) === null)
    .map((key) =>
      key.includes('PRIVATE KEY')
        ? error(
            'sshKeys',
            'This is a private key, which belongs to you alone. Put in the line from the file that ends in .pub.',
          )
        : error('sshKeys', `“${shortened(key)}” is no public SSH key, or only a piece of one.`),
    )
}

const shortened = (text: string) => (text.length > 40 ? `${text.slice(0, 40)}…` : text)

/** Empty: as the system has it. */
function checkLanguage({ locale, keyboard, timeZone }: GuestSetup): SetupFinding[] {
  const isLocale = /^([a-z]{2,3}(_[A-Z]{2})?|C|POSIX)(\.[A-Za-z0-9-]+)?(@[a-z]+)?$/.test(locale)
  return [
    ...(locale === '' || isLocale ? [] : [error('locale', `“${locale}” is no locale. One is named like en_GB.UTF-8.`)]),
    ...(/^[a-z0-9_-]*$/.test(keyboard)
      ? []
      : [error('keyboard', `“${keyboard}” is no keyboard layout. One is named like gb.`)]),
    ...(timeZone === '' || isTimeZone(timeZone)
      ? []
      : [error('timeZone', `There is no time zone “${timeZone}”. One is named like Europe/London.`)]),
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
    ...badPackages.map((name) => error('packages', `“${shortened(name)}” is no name of a package.`)),
    ...badServices.map((name) => error('services', `“${shortened(name)}” is no name of a service.`)),
    ...badCommands.map((line) => error('runCommands', `“${shortened(line)}” holds letters that cannot be typed.`)),
  ]
}

function checkNetwork({ network }: GuestSetup): SetupFinding[] {
  if (network.kind === 'dhcp') return []
  const { address, gateway, nameServers } = network
  const parts = readNetworkAddress(address)
  if (parts === null)
    return [
      error(
        'network',
        `“${address}” is no address with the length of its network. One looks like 192.168.1.10/24 or fd00::10/64.`,
      ),
    ]
  const findings = nameServers
    .filter((server) => isIP(server) === 0)
    .map((server) => error('network', `The name server “${server}” is no address.`))
  if (gateway === null)
    return [...findings, warning('network', 'Without a gateway the guest reaches its own network only.')]
  if (isIP(gateway) !== (parts.isIpv6 ? 6 : 4))
    return [
      ...findings,
      error('network', `The gateway “${gateway}” is no address of the same kind as ${parts.address}.`),
    ]
  if (!isInNetwork(gateway, parts))
    return [
      ...findings,
      error('network', `The gateway ${gateway} is not in the network ${address}, so the guest would not find it.`),
    ]
  return findings
}

function checkUserData({ userData, ...setup }: GuestSetup): SetupFinding[] {
  if (userData === null) return []
  const { problems } = readUserData({ ...setup, userData }, userData)
  const isBroken = formatOf(userData).kind === 'cloud-config' && parseUserData(userData).syntaxProblems.length > 0
  return problems.map(({ message, line }) => {
    const where = line === null ? message : `Line ${line}: ${message}`
    return isBroken ? error('userData', where) : warning('userData', where)
  })
}
