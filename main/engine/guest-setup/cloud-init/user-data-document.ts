import type { GuestSetup, UserDataProblem } from '@strata/contract/guest-setup.ts'
import { say } from '@strata/contract/words/say.ts'
import { unkeyed, type Said } from '@strata/contract/words/said.ts'
import { Document, isMap, isNode, isScalar, isSeq, Lexer, LineCounter, parseDocument, YAMLMap, type Node } from 'yaml'

/** The fields of a set-up that user data speaks of. The network has a file of its own, the password stands in none. */
export type UserDataFields = Pick<
  GuestSetup,
  'userName' | 'hostName' | 'sshKeys' | 'locale' | 'keyboard' | 'timeZone' | 'packages' | 'services' | 'runCommands'
>

/** cloud-init reads YAML 1.1, where a bare `no` (Norway's keyboard) means false and must be quoted. */
const yamlOptions = { version: '1.1', prettyErrors: false } as const

/** User data as a tree that keeps comments, order and whatever the fields know nothing of. */
export interface UserDataDocument {
  readonly document: Document
  readonly root: YAMLMap
  readonly syntaxProblems: readonly UserDataProblem[]
  problemAt(node: unknown, message: Said): UserDataProblem
}

/** Far more than anybody writes. The parser compares each key of a map with all before it. */
const mostKeys = 4_000
const mostMerges = 100

/** What would take the parser more than a moment; null: nothing. */
function tooMuchOf(text: string): Said | null {
  let [keys, merges] = [0, 0]
  for (const token of new Lexer().lex(text)) {
    if (token === ':' || token === '?' || token === ',') keys += 1
    if (token === '<<') merges += 1
    if (keys > mostKeys) return say('guestSetup.moreThanKeysMore', { mostKeys })
    if (merges > mostMerges) return say('guestSetup.moreThanMergeKeys', { mostMerges })
  }
  return null
}

function refusedText(message: Said): UserDataDocument {
  const problem: UserDataProblem = { message, line: null, column: null }
  return {
    document: emptyUserData(),
    root: new YAMLMap(),
    syntaxProblems: [problem],
    problemAt: (_node, text) => ({ message: text, line: null, column: null }),
  }
}

export function parseUserData(text: string): UserDataDocument {
  const tooMuch = tooMuchOf(text)
  if (tooMuch !== null) return refusedText(tooMuch)
  const lines = new LineCounter()
  const document: Document = parseDocument(text, { ...yamlOptions, lineCounter: lines })
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return { line, column: col }
  }
  const problemAt = (node: unknown, message: Said): UserDataProblem => {
    const offset = isNode(node) ? node.range?.[0] : undefined
    return offset === undefined ? { message, line: null, column: null } : { message, ...at(offset) }
  }
  const syntaxProblems = document.errors.map(({ message, pos }): UserDataProblem => ({
    message: unkeyed(message),
    ...at(pos[0]),
  }))
  const { contents } = document
  if (contents !== null && !isMap(contents) && !(isScalar(contents) && contents.value === null))
    syntaxProblems.push(problemAt(contents, say('guestSetup.cloudConfigListKeys')))
  return { document, root: isMap(contents) ? contents : new YAMLMap(), syntaxProblems, problemAt }
}

export function emptyUserData(): Document {
  return new Document({}, { version: '1.1' })
}

export function textOf(document: Document): string {
  return document.toString({ lineWidth: 0, indentSeq: true, flowCollectionPadding: false })
}

/** A string, or a number that was meant as one (`hostname: 42`); null: something else. */
export function stringOf(node: unknown): string | null {
  if (!isScalar(node)) return null
  if (typeof node.value === 'string') return node.value
  return typeof node.value === 'number' && typeof node.source === 'string' ? node.source : null
}

/** What an alias points at, else the node itself. */
export function resolved(document: Document, node: unknown): unknown {
  return isNode(node) && 'resolve' in node
    ? (node as Node & { resolve(in_: Document): unknown }).resolve(document)
    : node
}

/** The map of the user that the form describes: the first one with a name that is not the image's own 'default'. */
export function firstUser(document: Document, root: YAMLMap): YAMLMap | null {
  const users = resolved(document, root.get('users', true))
  if (!isSeq(users)) return null
  for (const item of users.items) {
    const user = resolved(document, item)
    if (isMap(user) && stringOf(user.get('name', true)) !== null) return user
  }
  return null
}
