export default {
  title: 'Trash',
  note: 'Deleted machines stay here for {days} days.',
  columns: {
    name: 'Name',
    host: 'Host',
    trashed: 'Deleted',
    expires: 'Gone for good',
    size: 'On disk',
    points: 'Restore points',
  },
  acts: 'Acts',
  putBack: 'Put back',
  putBackLabel: 'Put back {name}',
  purge: 'Delete for good…',
  purgeLabel: 'Delete for good… {name}',
  purging: 'being deleted',
  question: 'Delete {name} for good?',
  loss: 'These files are removed now, and nothing can bring them back.',
  points: 'no restore points | one restore point goes with it | {count} restore points go with it',
  confirm: 'Delete for good, frees {bytes}',
  unknownSize: 'not known',
  again: 'Try again',
  empty: {
    title: 'The trash is empty',
    explanation:
      'A machine that you delete comes here first, with its disks and restore points, so that a mistake can be taken back.',
  },
}
