import { guestSetup, type GuestSetup, type UserDataProblem } from '@strata/contract/guest-setup.ts'
import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'
import { isMap, isScalar, isSeq } from 'yaml'

import { runItemOf } from './run-commands.ts'
import {
  firstUser,
  parseUserData,
  resolved,
  stringOf,
  type UserDataDocument,
  type UserDataFields,
} from './user-data-document.ts'
import { formatOf } from './user-data-format.ts'

export interface ReadUserData {
  readonly setup: GuestSetup
  readonly problems: UserDataProblem[]
}

/**
 * What a text of user data says, as fields. A key that is not there means an empty field; one of the wrong shape
 * leaves its field as it was and is a problem with its place. Keys that the fields do not know are nobody's concern.
 */
export function readUserData(setup: GuestSetup, userData: string): ReadUserData {
  const format = formatOf(userData)
  if (format.kind === 'other') {
    const message = say('guestSetup.passedStandsWhatForm', { format: format.name })
    return { setup: { ...setup, userData }, problems: [{ message, line: 1, column: 1 }] }
  }
  const read = parseUserData(userData)
  if (read.syntaxProblems.length > 0) return { setup: { ...setup, userData }, problems: [...read.syntaxProblems] }
  const { fields, problems } = new FieldReader(read).read(setup)
  if (!format.hasHeader) problems.unshift({ message: say('guestSetup.firstLineCloudConfig'), line: 1, column: 1 })
  return { setup: { ...setup, ...fields, userData }, problems }
}

/** The fields of a text without problems of syntax; others are left as they are in `before`. */
export function fieldsOf(read: UserDataDocument, before: GuestSetup): UserDataFields {
  return new FieldReader(read).read(before).fields
}

const { shape } = guestSetup
const secrets = new Set(['passwd', 'hashed_passwd', 'plain_text_passwd'])

class FieldReader {
  readonly #problems: UserDataProblem[] = []

  constructor(readonly from: UserDataDocument) {}

  read(before: GuestSetup): { fields: UserDataFields; problems: UserDataProblem[] } {
    const { root } = this.from
    const keyboard = this.#get(root, 'keyboard')
    if (keyboard !== undefined && !isMap(keyboard))
      this.#wrong(keyboard, 'keyboard', say('guestSetup.layoutKeyboard', { example: 'keyboard: {layout: gb}' }))
    const fields = {
      ...this.#user(before),
      hostName: this.#hostName(before),
      locale: this.#line('locale', before.locale),
      timeZone: this.#line('timezone', before.timeZone, 'timeZone'),
      keyboard: isMap(keyboard)
        ? (this.#checked('keyboard', this.#get(keyboard, 'layout'), 'layout') ?? '')
        : keyboard === undefined
          ? ''
          : before.keyboard,
      packages: this.#packages(before),
      ...this.#commands(before),
    }
    this.#secrets()
    return { fields, problems: this.#problems }
  }

  #get(map: unknown, key: string): unknown {
    return isMap(map) ? resolved(this.from.document, map.get(key, true)) : undefined
  }

  #wrong(node: unknown, key: string, wanted: Said): void {
    this.#problems.push(this.from.problemAt(node, say('guestSetup.hasToBe', { key, wanted })))
  }

  #user(before: GuestSetup): Pick<UserDataFields, 'userName' | 'sshKeys'> {
    const { document, root } = this.from
    const users = this.#get(root, 'users')
    if (users !== undefined && !isSeq(users)) this.#wrong(users, 'users', say('guestSetup.aList'))
    const user = firstUser(document, root)
    const keys = this.#strings(user ?? root, 'ssh_authorized_keys', 'sshKeys')
    if (user === null) return { userName: before.userName, sshKeys: keys ?? before.sshKeys }
    const userName = this.#checked('userName', this.#get(user, 'name'), 'name') ?? before.userName
    return { userName, sshKeys: keys ?? before.sshKeys }
  }

  #hostName(before: GuestSetup): string | null {
    const node = this.#get(this.from.root, 'hostname')
    if (node === undefined) return null
    return this.#checked('hostName', node, 'hostname') ?? before.hostName
  }

  #line(key: string, before: string, field: 'locale' | 'timeZone' = 'locale'): string {
    const node = this.#get(this.from.root, key)
    return node === undefined ? '' : (this.#checked(field, node, key) ?? before)
  }

  /** A string that the field takes; null with a problem for anything else. */
  #checked(
    field: 'userName' | 'hostName' | 'locale' | 'timeZone' | 'keyboard',
    node: unknown,
    key: string,
  ): string | null {
    if (node === undefined) return null
    const text = stringOf(node)
    if (text !== null && shape[field].safeParse(text).success) return text
    this.#wrong(node, key, wanted[field])
    return null
  }

  /** Null with a problem for what is no list of lines; lines that are something else are problems of their own. */
  #strings(map: unknown, key: string, field: 'sshKeys'): string[] | null {
    const node = this.#get(map, key)
    if (node === undefined) return []
    const texts = isSeq(node) ? node.items.map((item) => stringOf(resolved(this.from.document, item))) : [null]
    const read = shape[field].safeParse(texts)
    if (read.success) return read.data
    this.#wrong(node, key, say('guestSetup.listKeysLineEach'))
    return null
  }

  /** Packages with a wanted version are lists, those of one packager maps: the form does not show them. */
  #packages(before: GuestSetup): string[] {
    const node = this.#get(this.from.root, 'packages')
    if (node === undefined) return []
    const names = isSeq(node) ? node.items.map((item) => stringOf(resolved(this.from.document, item))) : null
    const read = shape.packages.safeParse(names?.filter((name) => name !== null))
    if (read.success) return read.data
    this.#wrong(node, 'packages', say('guestSetup.listNames'))
    return before.packages
  }

  #commands(before: GuestSetup): Pick<UserDataFields, 'services' | 'runCommands'> {
    const node = this.#get(this.from.root, 'runcmd')
    if (node === undefined) return { services: [], runCommands: [] }
    const items = isSeq(node) ? node.items.map((item) => runItemOf(resolved(this.from.document, item))) : null
    const services = items?.flatMap((item) => (item.kind === 'service' ? [item.name] : []))
    const runCommands = items?.flatMap((item) => (item.kind === 'command' ? [item.line] : []))
    const read = guestSetup.pick({ services: true, runCommands: true }).safeParse({ services, runCommands })
    if (read.success) return read.data
    this.#wrong(node, 'runcmd', say('guestSetup.listCommands'))
    return { services: before.services, runCommands: before.runCommands }
  }

  /** A password that stands in the text would be kept with it. */
  #secrets(): void {
    const { document, root } = this.from
    const users = this.#get(root, 'users')
    const maps = [root, ...(isSeq(users) ? users.items.map((item) => resolved(document, item)) : [])]
    for (const map of maps) {
      for (const pair of isMap(map) ? map.items : []) {
        const key = isScalar(pair.key) ? pair.key.value : null
        if (secrets.has(String(key)) || (map === root && (key === 'password' || key === 'chpasswd')))
          this.#problems.push(this.from.problemAt(pair.key, say('guestSetup.passwordStandsTextPut')))
      }
    }
  }
}

const wanted = {
  userName: say('guestSetup.userNameSmallLetters'),
  hostName: say('guestSetup.hostNameLettersDigits'),
  locale: say('guestSetup.localeSuchEnGb'),
  timeZone: say('guestSetup.timeZoneSuchEurope'),
  keyboard: say('guestSetup.keyboardLayoutSuchGb'),
} as const
