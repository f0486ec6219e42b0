import { guestSetup, type GuestSetup } from '@strata/contract/guest-setup.ts'

/** Who sets the guest up; what it can be told differs. */
export type SetupKind = 'cloud-init' | 'answers'

/** Parts of the set-up that are lists of lines. */
export const lineParts = ['sshKeys', 'packages', 'services', 'runCommands'] as const
export type LinePart = (typeof lineParts)[number]

const kept = (lines: readonly string[]) => lines.map((line) => line.trim()).filter((line) => line !== '')
const orNull = (text: string | null) => (text === null || text.trim() === '' ? null : text.trim())

/** The set-up as it is ordered: without empty lines, and without what this kind cannot be told. */
export function setupOf(typed: GuestSetup, kind: SetupKind): GuestSetup {
  return {
    ...typed,
    userName: typed.userName.trim(),
    password: typed.password === '' ? null : typed.password,
    hostName: orNull(typed.hostName),
    sshKeys: kept(typed.sshKeys),
    packages: kept(typed.packages),
    services: kept(typed.services),
    runCommands: kept(typed.runCommands),
    network:
      typed.network.kind === 'dhcp'
        ? typed.network
        : {
            kind: 'static',
            address: typed.network.address.trim(),
            gateway: orNull(typed.network.gateway),
            nameServers: kept(typed.network.nameServers),
          },
    userData: kind === 'cloud-init' ? typed.userData : null,
  }
}

export type SetupFault = 'user-name' | 'host-name' | 'password-missing' | 'no-way-in' | 'address-missing' | 'too-long'

/** Where the set-up cannot be ordered as it is, by part. */
export function setupFaults(setup: GuestSetup, kind: SetupKind): Partial<Record<keyof GuestSetup, SetupFault>> {
  const parsed = guestSetup.safeParse(setup)
  const unfit = new Set(parsed.success ? [] : parsed.error.issues.map(({ path }) => path[0]))
  const known: Partial<Record<keyof GuestSetup, SetupFault>> = {
    ...(unfit.has('userName') ? { userName: 'user-name' } : {}),
    ...(unfit.has('hostName') ? { hostName: 'host-name' } : {}),
    ...(setup.network.kind === 'static' && !/^[^\s/]+\/\d{1,3}$/.test(setup.network.address)
      ? { network: 'address-missing' }
      : {}),
    // An installer that is given no password stops and asks for one.
    ...(kind === 'answers' && setup.password === null ? { password: 'password-missing' } : {}),
    ...(kind === 'cloud-init' && !canSignIn(setup) ? { sshKeys: 'no-way-in' } : {}),
  }
  const others = [...unfit].filter((part): part is keyof GuestSetup => typeof part === 'string' && !(part in known))
  return { ...known, ...Object.fromEntries(others.map((part) => [part, 'too-long' as const])) }
}

/** Whether anybody could sign in afterwards; user data of one's own may see to it by itself. */
const canSignIn = ({ password, sshKeys, makesKeyPair, userData }: GuestSetup) =>
  password !== null || sshKeys.length > 0 || makesKeyPair || userData !== null
