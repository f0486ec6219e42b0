import { z } from 'zod'

import { procedure } from './procedure.ts'
import { hostRef, machineRef } from './references.ts'
import { said } from './words/said.ts'

/**
 * One value of a file with one value a line. Not only the usual line breaks end a line: YAML 1.1 knows U+0085, U+2028 and
 * U+2029 too, and installers break at a vertical tab or form feed. A tab within a line is a blank.
 */
const line = (longest: number) =>
  z
    .string()
    .max(longest)
    .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u)

/** A name that stands in a line with other words: nothing in it ends a quotation or goes on in the next line. */
const word = (longest: number) =>
  z
    .string()
    .max(longest)
    .regex(/^[^\p{Cc}\p{Zl}\p{Zp}\\'"`$%]*$/u)

/** Shell lines may be indented. */
const shellLine = (longest: number) =>
  z
    .string()
    .max(longest)
    .regex(/^(?:\t|[^\p{Cc}\p{Zl}\p{Zp}])*$/u)

/** As apt, dnf, zypper and their like name packages, with a version, an architecture or a group. Nothing opens a section. */
const packageName = z
  .string()
  .max(128)
  .regex(/^@?[a-zA-Z0-9][a-zA-Z0-9+._:@/=~^*-]*$/)

/** How the guest gets its address. */
export const guestNetwork = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('dhcp') }),
  z.object({
    kind: z.literal('static'),
    /** With the length of its network: '192.168.1.10/24', 'fd00::10/64'. */
    address: line(64),
    gateway: line(64).nullable(),
    nameServers: z.array(line(64)).max(8),
  }),
])
export type GuestNetwork = z.infer<typeof guestNetwork>

/**
 * What is set up inside a new guest, whoever does it: cloud-init at the first boot, or an installer that reads its answers
 * from a file. The password goes into the guest's own files only, as a hash wherever the installer takes one.
 */
export const guestSetup = z.object({
  userName: z.string().regex(/^[a-z_][a-z0-9_-]{0,31}$/),
  /** Null: nobody can sign in with a password. */
  password: line(256).nullable(),
  /** Null: the machine's name, as far as it can be one. */
  hostName: z
    .string()
    .regex(/^[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$/)
    .nullable(),
  /** Public keys, a line each as in authorized_keys. */
  sshKeys: z.array(shellLine(16_384)).max(64),
  /** Makes a key pair for this machine; the private half stays with whoever made it, and can be saved. */
  makesKeyPair: z.boolean(),
  /** As glibc names it: 'en_GB.UTF-8'. */
  locale: word(64),
  /** As XKB names the layout: 'gb', 'de', 'us'. */
  keyboard: word(32),
  /** As the tz database names it: 'Europe/London'. */
  timeZone: word(64),
  packages: z.array(packageName).max(256),
  /** Services to switch on, as systemd names them: 'nginx'. */
  services: z.array(line(128)).max(64),
  /** Shell lines, run once as root at the end. */
  runCommands: z.array(shellLine(4096)).max(64),
  network: guestNetwork,
  /** cloud-init's user data as somebody wrote it, the password left out. It says more than the fields can; null: made from the fields. */
  userData: z
    .string()
    .max(256 * 1024)
    .nullable(),
})
export type GuestSetup = z.infer<typeof guestSetup>

/** What is wrong with a text of user data, and where. */
export const userDataProblem = z.object({
  message: said,
  line: z.number().int().nullable(),
  column: z.number().int().nullable(),
})
export type UserDataProblem = z.infer<typeof userDataProblem>

export const guestSetups = {
  /** The fields as user data: a text that was written before keeps its comments and what the fields know nothing of. */
  writeUserData: procedure
    .input(z.object({ setup: guestSetup, machineName: z.string().max(1024) }))
    .output(z.object({ userData: z.string() })),
  /** User data as fields: what it says of them changes, the rest stays. */
  readUserData: procedure
    .input(z.object({ setup: guestSetup, userData: z.string().max(256 * 1024) }))
    .output(z.object({ setup: guestSetup, problems: z.array(userDataProblem) })),
  /** The private half of the pair that was made for a machine; null: none was made, or it was thrown away. */
  keyPair: procedure
    .input(machineRef)
    .output(z.object({ fileName: z.string(), privateKey: z.string(), publicKey: z.string() }).nullable()),
  forgetKeyPair: procedure.input(machineRef).output(z.void()),
  /** Keys of the user who runs the engine: the public halves in their ~/.ssh. */
  knownKeys: procedure
    .input(hostRef)
    .output(z.array(z.object({ label: z.string(), publicKey: z.string(), path: z.string() }))),
}
