import { t } from '../../i18n.ts'

/** The editor's own words, by what it calls them; `$` is where it puts a number. */
const WORDS = {
  Find: 'find',
  next: 'next',
  previous: 'previous',
  all: 'all',
  'match case': 'matchCase',
  'by word': 'byWord',
  regexp: 'regexp',
  Replace: 'replaceWith',
  replace: 'replace',
  'replace all': 'replaceAll',
  close: 'close',
  'replaced match on line $': 'replacedOnLine',
  'replaced $ matches': 'replacedCount',
  'current match': 'currentMatch',
  'on line': 'onLine',
  'Go to line': 'goToLine',
  go: 'go',
  'folded code': 'foldedCode',
  unfold: 'unfold',
  to: 'to',
  'Folded lines': 'foldedLines',
  'Unfolded lines': 'unfoldedLines',
  'Fold line': 'foldLine',
  'Unfold line': 'unfoldLine',
  'Selection deleted': 'selectionDeleted',
  'Control character': 'controlCharacter',
} as const

export const codeWords = (): Record<string, string> =>
  Object.fromEntries(Object.entries(WORDS).map(([phrase, key]) => [phrase, t(`ui.code.${key}`, { number: '$' })]))
