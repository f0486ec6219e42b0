import ts from 'typescript'

/** Whose words nobody but a developer or a log reads. */
const unspoken = /^(?:Error|TypeError|RangeError|DOMException)$/
const logged = /(?:^|\.)(?:log|logger)\.(?:trace|debug|info|warn|error)$/
/** A line for a terminal, what a program prints, and the mark of a file's kind. */
const unspokenProperties = /^(?:command|commands|lines|undoLines|detail|bytes)$/
/** A word, a gap, a word: 'The disk' or '” is off'. */
const prose = /[\p{L}”’…,.)] [\p{L}“(]/u
const lowerWord = /\p{Ll}{2}/u
const begun = /^[\p{Lu}“{]/u

export interface BuiltSentence {
  readonly line: number
  readonly text: string
}

/**
 * Sentences that a source builds by itself instead of saying a key: literals and templates that begin like a sentence, or
 * end like one, and hold several words. What is thrown for developers, logged, or meant for a terminal is none.
 */
export function builtSentences(fileName: string, source: string): BuiltSentence[] {
  const file = ts.createSourceFile(fileName, source, ts.ScriptTarget.Latest, true)
  const found: BuiltSentence[] = []
  const look = (node: ts.Node): void => {
    if (isUnspoken(node)) return
    const text = textOf(node)
    if (text !== null && prose.test(text) && lowerWord.test(text) && (begun.test(text) || /[.!?]$/.test(text))) {
      found.push({ line: file.getLineAndCharacterOfPosition(node.getStart()).line + 1, text })
      return
    }
    ts.forEachChild(node, look)
  }
  look(file)
  return found
}

function isUnspoken(node: ts.Node): boolean {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isTypeNode(node)) return true
  if (ts.isNewExpression(node)) return unspoken.test(node.expression.getText())
  if (ts.isCallExpression(node)) {
    const callee = node.expression.getText()
    return callee === 'say' || logged.test(callee)
  }
  return ts.isPropertyAssignment(node) && unspokenProperties.test(node.name.getText())
}

/** With '{}' for what is filled in. */
function textOf(node: ts.Node): string | null {
  if (ts.isStringLiteralLike(node)) return node.text
  if (!ts.isTemplateExpression(node)) return null
  return node.head.text + node.templateSpans.map(({ literal }) => `{}${literal.text}`).join('')
}
