import { defaultKeymap, history, historyKeymap, indentMore, isolateHistory } from '@codemirror/commands'
import { xml } from '@codemirror/lang-xml'
import { yaml } from '@codemirror/lang-yaml'
import { bracketMatching, foldGutter, foldKeymap, indentOnInput, indentUnit } from '@codemirror/language'
import { lintGutter, nextDiagnostic, previousDiagnostic, setDiagnostics } from '@codemirror/lint'
import { search, searchKeymap } from '@codemirror/search'
import { Annotation, Compartment, EditorState, Transaction, type Extension, type Text } from '@codemirror/state'
import {
  drawSelection,
  EditorView,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  type Command,
  type ViewUpdate,
} from '@codemirror/view'

import { codeLook } from './code-look.ts'
import { lineRange, problemMarks, type CodeProblem } from './code-problem.ts'
import { codeWords } from './code-words.ts'
import { changeBetween, withPlainLineEnds } from './text-change.ts'

export type CodeLanguage = 'xml' | 'yaml'

/** What can change while the editor stands. */
export interface CodeSurroundings {
  readonly label: string
  readonly readonly: boolean
  readonly isInvalid: boolean
  /** The id of the element that tells what is wrong; null: nothing is. */
  readonly describedBy: string | null
}

export interface CodeEditorOptions {
  readonly parent: HTMLElement
  readonly text: string
  readonly language: CodeLanguage
  readonly surroundings: CodeSurroundings
  /** Of the document's content policy, for the editor's <style> element. */
  readonly styleNonce: string
  readonly onInput: (text: string) => void
}

/** As long as somebody may think between Escape and Tab. */
const TAB_LEAVES_MS = 60_000

const fromOutside = Annotation.define<true>()
const languages = { xml, yaml }

/** Two spaces, or the selected lines two further in; where nothing can be changed, Tab goes on as everywhere. */
const indent: Command = (view) => {
  if (view.state.readOnly) return false
  if (!view.state.selection.main.empty) return indentMore(view)
  view.dispatch(view.state.replaceSelection(view.state.facet(indentUnit)), { userEvent: 'input' })
  return true
}

/** Tab would keep whoever has no mouse inside for ever: after Escape, and backwards, it leads out. */
const leaving = EditorView.domEventHandlers({
  keyup: (event, view) => {
    if (event.key === 'Escape') view.setTabFocusMode(TAB_LEAVES_MS)
  },
  blur: (_, view) => {
    view.setTabFocusMode(false)
  },
})

/**
 * What replaces a selection, or brings line ends, is not left to the browser: it would merge lines into one with styles
 * of its own, which the content policy refuses, and take minutes for a large text.
 */
const replacing = EditorView.domEventHandlers({
  beforeinput: ({ inputType, data, isComposing }, view) => {
    if (inputType !== 'insertText' || data === null || isComposing || view.state.readOnly) return false
    if (view.state.selection.ranges.every(({ empty }) => empty) && !data.includes('\n')) return false
    view.dispatch(view.state.replaceSelection(data), { userEvent: 'input.type', scrollIntoView: true })
    return true
  },
})

function surroundingsOf({ label, readonly, isInvalid, describedBy }: CodeSurroundings): Extension {
  return [
    EditorState.readOnly.of(readonly),
    EditorView.contentAttributes.of({
      'aria-label': label,
      'aria-invalid': String(isInvalid),
      ...(describedBy === null ? {} : { 'aria-describedby': describedBy }),
      // Some programs that check or read a page look for it, and not for what can be edited.
      tabindex: '0',
      dir: 'ltr',
    }),
  ]
}

/** A text that a program reads, with line numbers, colours, folding, search and undo. Loaded when it is first shown. */
export class CodeEditor {
  readonly #view: EditorView
  readonly #surroundings = new Compartment()

  constructor({ parent, text, language, surroundings, styleNonce, onInput }: CodeEditorOptions) {
    const tell = ({ docChanged, transactions, state }: ViewUpdate) => {
      if (!docChanged || transactions.every((each) => each.annotation(fromOutside) === true)) return
      onInput(state.doc.toString())
    }
    const state = EditorState.create({
      doc: text,
      extensions: [
        EditorView.cspNonce.of(styleNonce),
        EditorState.phrases.of(codeWords()),
        EditorState.tabSize.of(2),
        indentUnit.of('  '),
        lineNumbers(),
        lintGutter(),
        foldGutter(),
        history(),
        highlightSpecialChars(),
        EditorState.allowMultipleSelections.of(true),
        drawSelection(),
        indentOnInput(),
        bracketMatching(),
        search({ top: true }),
        languages[language](),
        leaving,
        replacing,
        keymap.of([
          { key: 'Tab', run: indent },
          { key: 'F8', run: nextDiagnostic, shift: previousDiagnostic },
          ...searchKeymap,
          ...historyKeymap,
          ...foldKeymap,
          ...defaultKeymap,
        ]),
        codeLook,
        this.#surroundings.of(surroundingsOf(surroundings)),
        EditorView.updateListener.of(tell),
      ],
    })
    this.#view = new EditorView({ parent, state })
  }

  get text(): string {
    return this.#view.state.doc.toString()
  }

  /** Takes over a text that came from elsewhere: a step of its own for undo, with the cursor where it was. */
  setText(text: string): void {
    const { state } = this.#view
    const change = changeBetween(state.doc.toString(), withPlainLineEnds(text))
    if (change === null) return
    const isFirst = state.doc.length === 0
    const changes = state.changes(change)
    this.#view.dispatch({
      changes,
      selection: { anchor: keptPlace(state.doc, changes.apply(state.doc), state.selection.main.head, change) },
      annotations: [
        fromOutside.of(true),
        isolateHistory.of('full'),
        // Nobody wants to go back to nothing.
        Transaction.addToHistory.of(!isFirst),
      ],
    })
  }

  setProblems(problems: readonly CodeProblem[]): void {
    const { state } = this.#view
    this.#view.dispatch(setDiagnostics(state, problemMarks(state.doc, problems)))
  }

  setSurroundings(surroundings: CodeSurroundings): void {
    this.#view.dispatch({ effects: this.#surroundings.reconfigure(surroundingsOf(surroundings)) })
  }

  goTo(line: number): void {
    const { from, to } = lineRange(this.#view.state.doc, line)
    this.#view.dispatch({
      selection: { anchor: from, head: to },
      effects: EditorView.scrollIntoView(from, { y: 'center' }),
    })
    this.#view.focus()
  }

  destroy(): void {
    this.#view.destroy()
  }
}

/** Where the cursor goes: along with its text, or to the same line and column where its text was replaced. */
function keptPlace(before: Text, after: Text, head: number, change: { from: number; to: number }): number {
  if (head <= change.from) return head
  if (head >= change.to) return head + after.length - before.length
  const { number, from } = before.lineAt(head)
  const line = after.line(Math.min(number, after.lines))
  return Math.min(line.from + head - from, line.to)
}
