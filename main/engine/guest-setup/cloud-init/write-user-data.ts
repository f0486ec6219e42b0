import type { GuestSetup } from '@strata/contract/guest-setup.ts'
import { isMap, isScalar, isSeq, YAMLMap, YAMLSeq, type Document, type Node } from 'yaml'

import { fieldsOf } from './read-user-data.ts'
import { enablingOf, runItemOf } from './run-commands.ts'
import {
  emptyUserData,
  firstUser,
  parseUserData,
  resolved,
  stringOf,
  textOf,
  type UserDataFields,
} from './user-data-document.ts'
import { cloudConfigHeader, formatOf, withHeader } from './user-data-format.ts'

/**
 * The fields as user data. A text that is there already keeps its comments, its order and all that the fields know
 * nothing of; one that says the same already is given back letter by letter, and so is one that cannot be read.
 */
export function writeUserData(setup: GuestSetup): string {
  const { userData } = setup
  if (userData === null || userData.trim() === '') {
    const document = emptyUserData()
    new FieldWriter(document).write(setup, null)
    return `${cloudConfigHeader}\n${textOf(document)}`
  }
  if (formatOf(userData).kind === 'other') return userData
  const read = parseUserData(userData)
  if (read.syntaxProblems.length > 0) return userData
  const before = fieldsOf(read, setup)
  if (isSame(before, setup)) return withHeader(userData)
  new FieldWriter(read.document).write(setup, before)
  return withHeader(textOf(read.document))
}

const fieldNames = [
  'userName',
  'hostName',
  'sshKeys',
  'locale',
  'keyboard',
  'timeZone',
  'packages',
  'services',
  'runCommands',
] as const satisfies (keyof UserDataFields)[]

const isSame = (first: UserDataFields, second: UserDataFields) =>
  fieldNames.every((name) => JSON.stringify(first[name]) === JSON.stringify(second[name]))

class FieldWriter {
  constructor(readonly document: Document) {}

  /** @param before what the text says already, of which nothing is written again; null: it is empty */
  write(fields: UserDataFields, before: UserDataFields | null): void {
    const differs = (name: keyof UserDataFields) =>
      before === null || JSON.stringify(before[name]) !== JSON.stringify(fields[name])
    if (differs('hostName')) this.#scalar(['hostname'], fields.hostName ?? '')
    if (differs('userName') || differs('sshKeys')) this.#user(fields)
    if (differs('locale')) this.#scalar(['locale'], fields.locale)
    if (differs('keyboard')) this.#keyboard(fields.keyboard)
    if (differs('timeZone')) this.#scalar(['timezone'], fields.timeZone)
    if (differs('packages')) this.#packages(fields.packages)
    if (differs('services') || differs('runCommands')) this.#commands(fields)
  }

  /** An empty text takes the key away. */
  #scalar(path: readonly string[], text: string): void {
    const there = this.document.getIn(path, true)
    if (text === '') this.document.deleteIn(path)
    else if (isScalar(there))
      there.value = text // keeps the comment beside it
    else this.document.setIn(path, text)
  }

  #keyboard(layout: string): void {
    if (layout === '') this.document.deleteIn(['keyboard'])
    else if (isMap(this.document.get('keyboard', true))) this.#scalar(['keyboard', 'layout'], layout)
    else this.document.set('keyboard', this.document.createNode({ layout }))
  }

  #user({ userName, sshKeys }: UserDataFields): void {
    const root = isMap(this.document.contents) ? this.document.contents : new YAMLMap()
    const user = firstUser(this.document, root)
    if (user === null) {
      const node = this.document.createNode({
        name: userName,
        sudo: 'ALL=(ALL) NOPASSWD:ALL',
        shell: '/bin/bash',
        ...(sshKeys.length > 0 ? { ssh_authorized_keys: sshKeys } : {}),
      })
      const users = this.document.get('users', true)
      if (isSeq(users)) users.add(node)
      else this.document.set('users', this.document.createNode([node]))
      return
    }
    const name = user.get('name', true)
    if (isScalar(name)) name.value = userName
    this.#list(user, 'ssh_authorized_keys', sshKeys, (item) => stringOf(item))
  }

  #packages(packages: readonly string[]): void {
    const root = this.#root()
    this.#list(root, 'packages', packages, (item) => stringOf(item))
    // The lists of an image are as old as the image.
    if (packages.length > 0 && !root.has('package_update')) root.set('package_update', true)
  }

  #commands({ services, runCommands }: UserDataFields): void {
    const wanted = [...services.map(enablingOf), ...runCommands]
    this.#list(this.#root(), 'runcmd', wanted, (item) => {
      const read = runItemOf(item)
      if (read.kind === 'service') return enablingOf(read.name)
      return read.kind === 'command' ? read.line : null
    })
  }

  #root(): YAMLMap {
    if (!isMap(this.document.contents)) this.document.contents = new YAMLMap()
    return this.document.contents as unknown as YAMLMap
  }

  /**
   * Makes a list say what is wanted. Items that the fields do not know (`valueOf` gives null) stay where they are;
   * one whose value stays keeps its node, and with it its comment and its quotes.
   */
  #list(
    map: YAMLMap,
    key: string,
    wanted: readonly (string | string[])[],
    valueOf: (item: unknown) => string | string[] | null,
  ): void {
    const there = resolved(this.document, map.get(key, true))
    const items: unknown[] = isSeq(there) ? there.items : []
    const keyOf = (value: string | string[] | null) => (value === null ? null : JSON.stringify(value))
    const kept = new Map<string, unknown[]>()
    for (const item of items) {
      const value = keyOf(valueOf(resolved(this.document, item)))
      if (value !== null) kept.set(value, [...(kept.get(value) ?? []), item])
    }
    const waiting = wanted.map((value) => kept.get(keyOf(value) ?? '')?.shift() ?? this.#node(value))
    const next = items.flatMap((item) => {
      if (valueOf(resolved(this.document, item)) === null) return [item]
      const node = waiting.shift()
      return node === undefined ? [] : [node]
    })
    const all = [...next, ...waiting]
    if (all.length === 0) map.delete(key)
    else if (isSeq(there)) there.items = all
    else {
      const list = new YAMLSeq()
      list.items = all
      map.set(key, list)
    }
  }

  #node(value: string | string[]): Node {
    return this.document.createNode(value, { flow: Array.isArray(value) })
  }
}
