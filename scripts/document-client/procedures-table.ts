import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { clientFolder, isTest, pathInClient, walk } from './client-program.ts'

interface Procedure {
  readonly program: 'remote' | 'qemu' | 'keepalive'
  readonly number: number
  readonly method: string
  readonly event: boolean
}

/** Why some procedures have no method. All but those with descriptors can be called by `connection.call`. */
const WITHOUT_METHOD: readonly (readonly [RegExp, string])[] = [
  [/WithFiles$|^domainOpenGraphics(Fd)?$|^domainFdAssociate$/, 'passes descriptors, which Node cannot'],
  [
    /^connect(NumOf|List(?!All))|^nodeNumOfDevices$|^nodeListDevices$|ListNames$|ListChildrenNames$|^nodeDeviceNumOfCaps$|^storagePoolListVolumes$/,
    'superseded by a list of handles',
  ],
  [
    /^domain(AttachDevice|DetachDevice|DefineXml|Destroy|Shutdown|Undefine|SetMemory|SetMaxMemory|SetVcpus|GetMaxVcpus|CreateXml|Create)$|^nodeDeviceDettach$/,
    'superseded by its form with flags',
  ],
  [
    /^domainMigrate(Prepare|Perform|Finish|Begin|Confirm)/,
    'a step of an older or tunnelled migration; `migrate3` and `migrateToURI3` do it in today’s form',
  ],
  [/^connectDomainEvent(De)?[Rr]egister(Any)?$/, 'superseded by registration with a number'],
  [/^domainMemoryPeek$/, 'for debuggers'],
  [/^connectSetIdentity$/, 'for proxies between daemons'],
  [/^domainAttach$/, 'refused by every libvirt since 5.5'],
]

/** `docs/procedures.md`: what each procedure of the protocol is called by, and what tests that. */
export function proceduresTable(program: ts.Program): string {
  const methods = methodsByProcedure(program)
  const tests = testsByMethod(program)
  const rows: string[] = []
  let withMethod = 0
  const procedures = readProcedures()
  for (const { program: part, number, method: procedure } of procedures) {
    const callers = [...(methods.get(procedure) ?? [])].sort()
    if (callers.length > 0) withMethod++
    const testers = new Set([
      ...callers.flatMap((caller) => [...(tests.get(caller) ?? [])]),
      ...(tests.get(`'${procedure}'`) ?? []),
    ])
    const how = callers.map((caller) => `\`${caller}\``).join(', ') || reasonOf(procedure)
    const where = [...testers]
      .sort()
      .map((path) => path.replace(/^src\//, '').replace(/\.test\.ts$/, ''))
      .join(', ')
    rows.push(`| ${part === 'qemu' ? 'qemu ' : ''}${number} | \`${procedure}\` | ${how} | ${where || '–'} |`)
  }
  return `# Procedures

Written by scripts/document-client.ts. Of the protocol's ${procedures.length} procedures that a client calls, ${withMethod} have a method; the
others are called, typed, by \`connection.call\`, but for those that pass descriptors. The tests are the \`.test.ts\` files of that
name, below \`src/\` where they say no folder.

| number | procedure | method | tested by |
|---|---|---|---|
${rows.join('\n')}
`
}

function readProcedures(): Procedure[] {
  const text = readFileSync(join(clientFolder, 'protocol/protocol.json'), 'utf8')
  const { procedures } = JSON.parse(text) as { procedures: Procedure[] }
  return procedures.filter((one) => !one.event && one.program !== 'keepalive')
}

function reasonOf(procedure: string): string {
  return WITHOUT_METHOD.find(([pattern]) => pattern.test(procedure))?.[1] ?? '`connection.call`'
}

/** Which method names a procedure: 'Domain.save' → 'domainSave'. Parts of Domain and Connection count as these. */
function methodsByProcedure(program: ts.Program): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>()
  for (const file of program.getSourceFiles()) {
    const path = pathInClient(file)
    if (!file.fileName.startsWith(`${clientFolder}src/`) || isTest(path) || path.endsWith('.generated.ts')) continue
    walk(file, (node) => {
      const procedure = ts.isCallExpression(node) ? procedureOf(node) : null
      const caller = procedure === null ? null : callerOf(node)
      if (procedure !== null && caller !== null) add(found, procedure, caller)
    })
  }
  return found
}

/** The procedure that a call of `call`, `openStream` or the session's forms of them names. */
function procedureOf(node: ts.CallExpression): string | null {
  const called = ts.isPropertyAccessExpression(node.expression) ? node.expression.name.text : node.expression.getText()
  if (!['call', 'openStream', 'callReading'].includes(called)) return null
  const [first] = node.arguments
  if (first && ts.isStringLiteral(first)) return first.text
  if (first && ts.isPropertyAccessExpression(first) && first.expression.getText() === 'procedures')
    return first.name.text
  return null
}

const EVENT_METHODS: Readonly<Record<string, string>> = {
  domain: 'domainEvents',
  network: 'networkEvents',
  storagePool: 'storagePoolEvents',
  nodeDevice: 'nodeDeviceEvents',
  secret: 'secretEvents',
  monitor: 'domainQemuMonitorEvents',
  close: 'closeEvents',
}

function callerOf(node: ts.Node): string | null {
  for (let at: ts.Node = node; !ts.isSourceFile(at); at = at.parent) {
    if (ts.isMethodDeclaration(at) && ts.isClassDeclaration(at.parent)) return methodName(at, at.parent)
    if (
      ts.isPropertyAssignment(at) &&
      at.name.getText() in EVENT_METHODS &&
      at.getSourceFile().fileName.endsWith('event-families.ts')
    )
      return `Connection.${EVENT_METHODS[at.name.getText()] ?? ''}`
    if (ts.isFunctionDeclaration(at) && ['authenticate', 'openOver', 'startKeepalive'].includes(at.name?.text ?? ''))
      return 'openConnection'
    if (ts.isFunctionDeclaration(at) && at.getSourceFile().fileName.endsWith('managed-migration.ts'))
      return 'Domain.migrate3'
    if (ts.isFunctionDeclaration(at) && /\/(auth|open)/.test(at.getSourceFile().fileName)) return 'openConnection'
  }
  return null
}

function methodName(method: ts.MethodDeclaration, of: ts.ClassDeclaration): string {
  const file = of.getSourceFile().fileName
  const base = /\/domain-(?!snapshot|checkpoint)[a-z]+\.ts$/.test(file)
    ? 'Domain'
    : /\/connection-[a-z]+\.ts$/.test(file)
      ? 'Connection'
      : of.name?.text
  return `${base ?? ''}.${method.name.getText()}`
}

/** The test files that call each method, by the compiler's own resolution; and those that call a procedure by its name. */
function testsByMethod(program: ts.Program): Map<string, Set<string>> {
  const checker = program.getTypeChecker()
  const found = new Map<string, Set<string>>()
  for (const file of program.getSourceFiles()) {
    if (!file.fileName.startsWith(clientFolder) || !isTest(file.fileName)) continue
    const path = pathInClient(file)
    walk(file, (node) => {
      if (!ts.isCallExpression(node)) return
      const procedure = procedureOf(node)
      if (procedure !== null) add(found, `'${procedure}'`, path)
      const name = ts.isPropertyAccessExpression(node.expression) ? node.expression.name : node.expression
      if (name.getText() === 'openConnection') return add(found, 'openConnection', path)
      const declaration = checker.getSymbolAtLocation(name)?.valueDeclaration
      if (declaration && ts.isMethodDeclaration(declaration) && ts.isClassDeclaration(declaration.parent))
        add(found, methodName(declaration, declaration.parent), path)
    })
  }
  return found
}

function add(to: Map<string, Set<string>>, key: string, value: string): void {
  const values = to.get(key) ?? new Set()
  values.add(value)
  to.set(key, values)
}
