import type { GuestSetup } from '@strata/contract/guest-setup.ts'

/** A set-up as a form might have it; what a test is about is put over it. */
export function testSetup(changes: Partial<GuestSetup> = {}): GuestSetup {
  return {
    userName: 'ada',
    password: null,
    hostName: null,
    sshKeys: [],
    makesKeyPair: false,
    locale: 'en_GB.UTF-8',
    keyboard: 'gb',
    timeZone: 'Europe/London',
    packages: [],
    services: [],
    runCommands: [],
    network: { kind: 'dhcp' },
    userData: null,
    ...changes,
  }
}
