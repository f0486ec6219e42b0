export default {
  title: 'What was done',
  retry: 'Try again',
  commands: 'The same in a terminal | The same in a terminal, {count} lines',
  empty: {
    title: 'Nothing is written down yet',
    explanation:
      'Strata writes down what it does to a machine: how it was made, and what was repaired. This one was made by another program, or before Strata kept a history.',
  },
}
