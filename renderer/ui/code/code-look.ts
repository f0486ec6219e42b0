import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import type { Extension } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { tags } from '@lezer/highlight'

/** The editor in the colours of renderer/theme.css: they change with the theme, so it needs no second set. */
const theme = EditorView.theme({
  '&': { flex: '1', minWidth: '0', color: 'var(--text)', backgroundColor: 'var(--surface)' },
  // Whoever is inside sees it on the frame.
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'inherit', lineHeight: 'inherit', overflow: 'auto' },
  '.cm-content': { padding: '6px 0', caretColor: 'var(--text)' },
  '.cm-cursor, .cm-dropCursor': { borderLeftColor: 'var(--text)' },
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': {
    background: 'var(--accent-soft)',
  },
  '.cm-line': { padding: '0 8px' },
  '.cm-gutters': { border: '0', backgroundColor: 'var(--sunken)', color: 'var(--muted)' },
  '.cm-lineNumbers .cm-gutterElement': { minWidth: '30px', padding: '0 2px 0 6px' },
  '.cm-foldGutter .cm-gutterElement': { padding: '0 5px 0 3px', cursor: 'pointer' },
  '.cm-foldPlaceholder': {
    border: '1px solid var(--line-strong)',
    borderRadius: '4px',
    backgroundColor: 'var(--sunken)',
    color: 'var(--muted)',
  },
  '&.cm-focused .cm-matchingBracket': { outline: '1px solid var(--accent)', backgroundColor: 'transparent' },
  '&.cm-focused .cm-nonmatchingBracket': { outline: '1px solid var(--failed)', backgroundColor: 'transparent' },
  '.cm-searchMatch.cm-searchMatch': { outline: '1px solid var(--paused)', backgroundColor: 'transparent' },
  '.cm-searchMatch-selected.cm-searchMatch': { backgroundColor: 'var(--warn-soft)' },
  '.cm-specialChar': { color: 'var(--failed)' },
  '.cm-gutter-lint': { width: '12px' },
  '.cm-gutter-lint .cm-gutterElement': { padding: '0' },
  // Drawn here, as the editor brings pictures of its own in colours of its own.
  '.cm-lint-marker-error': {
    width: '7px',
    height: '7px',
    margin: '0.45em auto 0',
    rotate: '45deg',
    borderRadius: '1px',
    backgroundColor: 'var(--failed)',
    content: '""',
  },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    paddingBottom: '0',
    textDecoration: 'underline wavy var(--failed) 1px',
    textUnderlineOffset: '3px',
  },
  '.cm-lintPoint-error::after': { borderBottomColor: 'var(--failed)' },
  '.cm-diagnostic': { borderInlineStart: '3px solid var(--failed)', fontFamily: 'var(--font)' },
})

/** What lies above or beside the text: search and tips. */
const overlays = EditorView.theme({
  '.cm-panels': { backgroundColor: 'var(--sunken)', color: 'var(--text)', fontFamily: 'var(--font)' },
  '.cm-panels-top': { borderBottom: '1px solid var(--line)' },
  '.cm-panel.cm-search': { padding: '5px 28px 5px 8px' },
  '.cm-panel.cm-search label': { display: 'inline-flex', gap: '3px', alignItems: 'center', fontSize: 'inherit' },
  '.cm-panel [name=close], .cm-dialog-close': { color: 'var(--muted)', width: '24px', height: '24px' },
  '.cm-textfield': {
    height: '24px',
    padding: '0 6px',
    border: '1px solid var(--line-strong)',
    borderRadius: 'var(--radius)',
    backgroundColor: 'var(--surface)',
    color: 'var(--text)',
    fontSize: 'inherit',
  },
  '.cm-button': {
    height: '24px',
    padding: '0 8px',
    border: '1px solid var(--line-strong)',
    borderRadius: 'var(--radius)',
    backgroundColor: 'var(--surface)',
    backgroundImage: 'none',
    color: 'var(--text)',
    fontSize: 'inherit',
  },
  '.cm-button:hover': { backgroundColor: 'var(--line)' },
  '.cm-button:active': { backgroundImage: 'none' },
  '.cm-tooltip': {
    border: '1px solid var(--line-strong)',
    borderRadius: 'var(--radius)',
    backgroundColor: 'var(--surface)',
    color: 'var(--text)',
  },
})

const colours = HighlightStyle.define([
  { tag: [tags.tagName, tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--hypervisor)' },
  { tag: [tags.attributeName, tags.labelName, tags.typeName], color: 'var(--guest)' },
  { tag: [tags.string, tags.attributeValue, tags.special(tags.string)], color: 'var(--machine)' },
  { tag: [tags.bool, tags.null, tags.number, tags.keyword, tags.character], color: 'var(--busy)' },
  { tag: [tags.meta, tags.processingInstruction, tags.documentMeta], color: 'var(--muted)' },
  { tag: [tags.angleBracket, tags.punctuation, tags.separator, tags.squareBracket, tags.brace], color: 'var(--muted)' },
  { tag: tags.comment, color: 'var(--muted)', fontStyle: 'italic' },
  { tag: tags.invalid, color: 'var(--failed)' },
])

export const codeLook: Extension = [theme, overlays, syntaxHighlighting(colours)]
