export const jobs = {
  cannotCancelledAnyMore: '“{title}” cannot be cancelled any more.',
  cancelled: 'Cancelled.',
  stillRunning: '“{title}” is still running.',
  strataClosed: 'Strata was closed.',
  failed: '“{title}” failed.',
  taskNotListAny: 'This task is not in the list any more.',
  notAllWhatMade: 'Not all of what it had made could be taken back; Strata tries again later.',
  takeBackWhatBegun: 'Take back what was begun',
  strataStoppedMiddle: 'Strata stopped in the middle of “{title}”.',
  whatMadeThenTaken: '{stopped} What it had made by then was taken back.',
} as const
