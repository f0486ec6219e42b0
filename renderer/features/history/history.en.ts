export default {
  title: 'What was done',
  retry: 'Try again',
  commands: 'The same in a terminal | The same in a terminal, {count} lines',
  changes: 'What changed in the definition',
  who: { user: 'by you', strata: 'by Strata itself' },
  undo: 'Undo',
  undoLabel: 'Undo “{title}”',
  empty: {
    title: 'Nothing is written down yet',
    explanation:
      'Strata writes down what it does to a machine: how it was made, what was changed, and how that is taken back. This one was made by another program, or before Strata kept a history.',
  },
}
