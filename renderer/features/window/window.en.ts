export default {
  title: 'Strata',
  titleOf: '{place}, Strata',
  skip: 'Skip to the page',
  newMachine: 'New machine',
  places: 'Places',
  status: 'Status',
  resources: 'Resources',
  trash: 'Trash',
  settings: 'Settings',
  headroom: {
    line: '{host}: {text}',
    cpu: 'CPU {share}',
    memory: 'memory {amount}',
    disk: 'disk {size} free',
  },
  startNotice: { dismiss: 'Dismiss' },
  engineLost: {
    title: 'The connection to Strata’s engine is lost.',
    waiting: 'What you see is the last known state. Trying again in {seconds} s.',
    trying: 'What you see is the last known state. Trying again now.',
    retry: 'Try now',
    call: 'Strata’s engine does not answer. Nothing was changed as far as is known; try again when the connection is back.',
    ended:
      'This window is not signed in: it was signed out, or Strata was started anew. Open the newest address or window of Strata.',
  },
}
