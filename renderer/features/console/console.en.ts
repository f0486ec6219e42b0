export default {
  screen: 'Screen of {name}',
  toolbar: 'Console',
  grabbed: 'Keys go to the guest. Ctrl+Alt gives them back.',
  free: 'Click the screen to type into the guest.',
  size: '{width} × {height}',
  scale: 'Size on the screen',
  scales: { fit: 'Fit', actual: '100 %' },
  keys: 'Send keys',
  screenshot: 'Save picture',
  fullScreen: 'Full screen',
  leaveFullScreen: 'Leave full screen',
  fullScreenRefused: 'The window may not go full screen here.',
  refused: 'The guest’s screen could not be reached.',
  connecting: 'Connecting to the screen',
  again: 'The screen went away; connecting again',
  retry: 'Try now',
  waitingDetail: 'Strata goes on trying by itself.',
  displaced: {
    title: 'Another window shows this screen',
    explanation: 'A screen has one window at a time, so that two people do not type into each other’s words.',
    take: 'Show it here',
  },
  situations: {
    'host-away': {
      title: 'The host does not answer',
      explanation: 'The screen comes back by itself when the host does.',
    },
    'no-display': {
      title: 'This machine has no display',
      explanation:
        'Its definition names no graphics device, as on many servers. It can be reached over the network or a serial line.',
    },
    'other-display': {
      title: 'This machine speaks SPICE',
      explanation: 'Strata shows VNC screens. Give the machine a VNC display in its definition to see it here.',
    },
    off: { title: 'The machine is off', explanation: 'Its screen appears here as soon as it starts.' },
    saved: { title: 'The machine is saved', explanation: 'Start goes on exactly where it was left.' },
    crashed: { title: 'The machine crashed', explanation: 'The guest’s kernel or QEMU gave up. Start boots it again.' },
    asleep: { title: 'The guest is asleep', explanation: 'It switched its screen off by itself. Resume wakes it.' },
    paused: { title: 'Paused', explanation: 'The picture stands still until it is resumed.' },
    'stopped-by-disk': {
      title: 'Stopped to protect its data',
      explanation: 'A disk could not be written, most often because the storage is full. Make room, then resume.',
    },
  },
}
