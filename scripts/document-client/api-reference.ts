import ts from 'typescript'
import { clientFolder } from './client-program.ts'

/** `docs/api.md`: what the package exports, with the docstrings. */
export function apiReference(program: ts.Program): string {
  const checker = program.getTypeChecker()
  const entry = program.getSourceFile(`${clientFolder}src/index.ts`)
  const module = entry && checker.getSymbolAtLocation(entry)
  if (!module) throw new Error('src/index.ts is not there')
  const exported = checker.getExportsOfModule(module).map((symbol) => {
    const real = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
    return { name: symbol.name, symbol: real }
  })
  exported.sort((a, b) => (a.name < b.name ? -1 : 1))
  const classes = exported.filter(({ symbol }) => symbol.flags & ts.SymbolFlags.Class)
  const functions = exported.filter(({ symbol }) => symbol.flags & ts.SymbolFlags.Function)
  const shapes = exported.filter(({ symbol }) => symbol.flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.TypeAlias))
  return [
    '# API reference',
    '',
    'Written from the docstrings by scripts/document-client.ts. The XML layer, `node-libvirt/xml`, is described in its sources.',
    '',
    '## Functions',
    '',
    ...functions.flatMap(({ name, symbol }) => functionPart(checker, name, symbol)),
    ...classes.flatMap(({ name, symbol }) => classPart(checker, name, symbol)),
    '## Shapes',
    '',
    ...shapes.flatMap(({ name, symbol }) => shapePart(checker, name, symbol)),
  ]
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
}

function docsOf(symbol: ts.Symbol, checker: ts.TypeChecker): string[] {
  const text = ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim()
  const tags = symbol.getJsDocTags(checker).map(({ name, text: parts }) => {
    return `- *${name}* ${ts.displayPartsToString(parts).trim()}`
  })
  return [...(text ? [text, ''] : []), ...(tags.length > 0 ? [...tags, ''] : [])]
}

/** The declaration's own words, without body and docstring. */
function head(declaration: ts.Node): string {
  const text = declaration.getText()
  const body = 'body' in declaration ? (declaration.body as ts.Node | undefined) : undefined
  const cut = body ? text.slice(0, body.getStart() - declaration.getStart()) : text
  return cut
    .replace(/\s+/g, ' ')
    .replace(/\( /g, '(')
    .replace(/,? \)/g, ')')
    .replace(/^export (async )?/, '')
    .replace(/^async /, '')
    .replace(/this: Connection(, )?/, '')
    .trim()
}

function functionPart(checker: ts.TypeChecker, name: string, symbol: ts.Symbol): string[] {
  const declaration = symbol.valueDeclaration
  return [`### ${name}`, '', '```ts', declaration ? head(declaration) : name, '```', '', ...docsOf(symbol, checker)]
}

function classPart(checker: ts.TypeChecker, name: string, symbol: ts.Symbol): string[] {
  const lines = [`## ${name}`, '', ...docsOf(symbol, checker)]
  const members = checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol))
  for (const member of members) {
    const declaration = member.valueDeclaration
    // What Node's own classes bring along is documented there.
    if (!declaration?.getSourceFile().fileName.startsWith(`${clientFolder}src/`)) continue
    if (
      member.name.startsWith('_') ||
      ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.NonPublicAccessibilityModifier
    )
      continue
    lines.push(
      `### ${name}.${declarationName(declaration)}`,
      '',
      '```ts',
      head(declaration),
      '```',
      '',
      ...docsOf(member, checker),
    )
  }
  return lines
}

function declarationName(declaration: ts.Declaration): string {
  return ts.getNameOfDeclaration(declaration)?.getText() ?? ''
}

function shapePart(checker: ts.TypeChecker, name: string, symbol: ts.Symbol): string[] {
  const declaration = symbol.declarations?.[0]
  if (!declaration) return []
  const text = declaration.getText().replace(/^export /, '')
  return [`### ${name}`, '', ...docsOf(symbol, checker), '```ts', text, '```', '']
}
